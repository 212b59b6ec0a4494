"""The http adapter in front of an API of the tests' own, with what an API may do oddly."""

import collections
import email.utils
import http.server
import itertools
import json
import re
import time
import urllib.parse

import grpc
import pytest
from api_server import Server


class Contacts:
    """Contacts by id; changes and questions are kept in the order in which they came."""

    def __init__(self):
        self.contacts = {
            "7": {"id": 7, "name": "Ann", "kind": "client", "phones": ["+12025550107"]},
            "8": {"id": 8, "name": "Bob", "kind": "enquiry", "phones": ["+12025550108"]},
        }
        self.merged = {}  # ids whose contact is another's now
        self.takes_numbers = True
        self.requests = []
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                length = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                api.requests.append((self.command, self.path))
                status, answer = api.answer(self.command, self.path, body)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = handle_any

        self.server = Server(Handler)

    def answer(self, method, path, body):
        """A status and what stands in the body."""
        url = urllib.parse.urlsplit(path)
        if url.path == "/contacts/" and method == "POST":
            made = {"id": 9, "name": body["name"], "kind": "enquiry", "phones": [body["phone"]]}
            self.contacts["9"] = made
            return 201, {"id": "of the request", "result": {"no": 9}}
        if url.path == "/contacts/":
            phone = urllib.parse.parse_qs(url.query)["phone"][0]
            return 200, [one for one in self.contacts.values() if phone in one["phones"]]
        contact_id, numbers = re.fullmatch("/contacts/([^/]*)/(numbers/)?", url.path).groups()
        contact = self.contacts.get(self.merged.get(contact_id, contact_id))
        if contact is None:
            return 404, {}
        if numbers and self.takes_numbers:
            change = contact["phones"].append if method == "POST" else contact["phones"].remove
            change(body["phone"])
        return 200, contact


@pytest.fixture
def api():
    contacts = Contacts()
    yield contacts
    contacts.server.stop()


@pytest.fixture
def service(start, api):
    url = f"{api.server.url}/contacts"
    return start(f"""
lookup_budget: 2s
adapters:
  - kind: http
    name: crm
    lookup: {{url: "{url}/?phone={{e164}}"}}
    record: {{url: "{url}/{{id}}/"}}
    create_lead: {{method: POST, url: "{url}/", body: {{name: "{{name}}", phone: "{{e164}}"}}}}
    link_number: {{method: POST, url: "{url}/{{id}}/numbers/", body: {{phone: "{{e164}}"}}}}
    unlink_number: {{method: DELETE, url: "{url}/{{id}}/numbers/", body: {{phone: "{{e164}}"}}}}
    answer: {{id: id, name: name, class: kind, status: status, phones: phones, created_id: result.no}}
    classes: {{customer: client, lead: enquiry, active_lead: ["", new]}}
""")


def test_a_status_that_is_absent_is_the_empty_word(service, api):
    assert service.records("+12025550108") == [("8", "active")]
    api.contacts["8"]["phones"].append("+12025550109")
    api.contacts["8"]["status"] = "lost"
    assert service.records("+12025550109") == [("8", "lead")]


@pytest.mark.parametrize("record_id", [".", "..", "%2e%2e", "../contacts"])
def test_an_id_leads_nowhere_but_to_a_record(service, api, record_id):
    assert service.refused(service.record, record_id)[0] == grpc.StatusCode.NOT_FOUND
    code, _, _ = service.refused(service.match, "+12025550190", record_id)
    assert code == grpc.StatusCode.NOT_FOUND
    for method, path in api.requests:
        assert method == "GET" and re.fullmatch("/contacts/[^/]*[^./][^/]*/", path), path


def test_another_record_than_the_one_asked_for_is_none_of_the_id(service, api):
    api.merged["9"] = "7"
    assert service.refused(service.record, "9")[0] == grpc.StatusCode.NOT_FOUND
    assert service.refused(service.match, "+12025550190", "9")[0] == grpc.StatusCode.NOT_FOUND
    assert service.record("7").name == "Ann"


def test_a_lead_is_started_under_the_id_that_the_answer_says(service, api):
    assert service.start_lead("+12025550109", "Nell").record.record_id == "9"
    assert service.records("+12025550109") == [("9", "active")]
    assert service.start_lead("+12025550109", "Nell").record.record_id == "9"
    assert [path for method, path in api.requests if method == "POST"] == ["/contacts/"]


def test_a_change_that_the_record_does_not_show_is_not_done(service, api):
    assert service.match("+12025550190", "7").record.record_id == "7"
    assert service.records("+12025550190") == [("7", "customer")]
    api.takes_numbers = False
    code, _, _ = service.refused(service.match, "+12025550191", "7")
    assert code == grpc.StatusCode.UNAVAILABLE
    code, _, _ = service.refused(service.unmatch, "+12025550190", "7")
    assert code == grpc.StatusCode.UNAVAILABLE
    api.takes_numbers = True
    assert not service.unmatch("+12025550190", "7").was_absent
    assert service.records("+12025550190") == []
    assert service.unmatch("+12025550190", "7").was_absent


class Scripted:
    """An API that answers each question with the same bytes, and keeps the headers it was sent."""

    def __init__(self):
        self.body = b""
        self.faults = collections.deque()  # (status, headers) for the next requests
        self.headers = []
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                api.headers.append(self.headers)
                status, headers = api.faults.popleft() if api.faults else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(api.body)))
                self.end_headers()
                self.wfile.write(api.body)

        self.server = Server(Handler)


@pytest.fixture
def odd():
    api = Scripted()
    yield api
    api.server.stop()


@pytest.fixture
def asking(start, odd):
    return start(f"""
lookup_budget: 5s
lookup_timeout: 5s
cache_hits: 0s
cache_misses: 0s
breaker_failures: 1000
adapters:
  - kind: http
    name: odd
    timeout: 5s
    headers: {{Accept: application/vnd.api+json, Content-Type: application/vnd.api+json}}
    lookup: {{method: POST, url: "{odd.server.url}/find", body: {{phone: "{{e164}}"}}}}
    answer:
      list: data.contacts
      id: id
      name: [who.first, who.last]
      class: stage
      status: open
      location: site
      phones: [phones.number, mobile]
      region: land
      updated_at: changed
    classes: {{customer: client, lead: enquiry, active_lead: [true]}}
""")


ANN = {
    "id": 7, "who": {"first": "Ann", "last": None}, "stage": "client", "site": 12,
    "phones": [{"number": 12025550107}, {"number": None}, {}], "mobile": None,
    "changed": 999999999999999,
}


@pytest.mark.parametrize(
    "answer, found",
    [
        ({"data": {"contacts": [ANN]}, "next": "/find?page=2"}, [("7", "customer")]),
        ({"data": {"contacts": ANN}}, [("7", "customer")]),
        ({"data": {"contacts": [[None, [ANN]], []]}}, [("7", "customer")]),
        ({"data": [{"contacts": []}, {"contacts": [ANN]}, {}]}, [("7", "customer")]),
        ({"data": {"contacts": [{**ANN, "stage": "Enquiry", "open": True}]}}, [("7", "active")]),
        ({"data": {"contacts": [{**ANN, "stage": "enquiry", "open": False}]}}, [("7", "lead")]),
        ({"data": {"contacts": [{**ANN, "stage": None}]}}, [("7", "lead")]),
        ({"data": {"contacts": [{**ANN, "phones": [], "mobile": "2025550108"}]}}, []),
        ({"data": {"contacts": None}}, []),
        ({"data": {"contacts": []}}, []),
        ({"data": []}, []),
        ({"data": {}}, None),
        ({"data": None}, None),
        ({"data": {"contacts": "none"}}, None),
        ({"data": {"contacts": [{**ANN, "id": None}]}}, None),
        ({"data": {"contacts": [{**ANN, "id": {"no": 7}}]}}, None),
        ({"data": {"contacts": [{**ANN, "id": "x" * 500}]}}, None),
        ({"data": {"contacts": [ANN] * 2000}}, None),
        ([], None),
        (7, None),
        (b"", None),
        (b"\xef\xbb\xbf" + json.dumps({"data": {"contacts": ANN}}).encode(), [("7", "customer")]),
        (b'{"data": {"contacts": [{"id": 7, "x": "\xfc"}]}}', None),
        (b'{"data": {"contacts": []}} trailing', None),
        (b"[" * 500_000, None),
    ],
    ids=itertools.count(),
)
def test_answers_of_odd_shapes(asking, odd, answer, found):
    odd.body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    resolution = asking.resolve("(202) 555-0107").resolution
    if found is None:
        assert resolution.status == asking.pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    else:
        assert asking.records("(202) 555-0107") == found
        for match in resolution.matches:
            assert (match.name, match.location_id) == ("Ann", "12")
            assert not match.HasField("updated_at")  # the year 33658


def test_a_record_may_name_the_region_of_its_numbers(asking, odd):
    record = {**ANN, "mobile": "020 7946 0958", "land": "GB"}
    records = [record, {**record, "id": 8, "land": "US"}]
    odd.body = json.dumps({"data": {"contacts": records}}).encode()
    assert asking.records("+442079460958") == [("7", "customer")]


def test_headers_of_the_configuration_are_sent_as_they_stand_there(asking, odd):
    odd.body = b'{"data": {"contacts": []}}'
    assert asking.records("+12025550107") == []
    for name in ("accept", "content-type"):
        assert odd.headers[0].get_all(name) == ["application/vnd.api+json"]


def test_a_date_to_come_again_is_kept(asking, odd):
    odd.body = b'{"data": {"contacts": []}}'
    asked = time.time()
    later = email.utils.formatdate(asked + 3, usegmt=True)
    odd.faults.append((503, {"Retry-After": later}))
    assert asking.records("+12025550107") == []
    assert len(odd.headers) == 2 and time.time() >= int(asked + 3)


@pytest.mark.parametrize(
    "combine, found",
    [
        ("first", [("one:7", "customer")]),
        ("merged", [("two:7", "active"), ("one:7", "customer")]),
        ("", [("one:7", "customer")]),
    ],
)
def test_several_adapters_are_asked_in_their_order(start, odd, combine, found):
    odd.body = json.dumps([{"id": 7, "kind": "client"}]).encode()
    other = Scripted()
    other.body = json.dumps([{"id": 7, "kind": "enquiry"}]).encode()
    adapters = "".join(
        f"""
  - kind: http
    name: {name}
    lookup: {{method: POST, url: "{api.server.url}/?phone={{e164}}"}}
    answer: {{id: id, name: id, class: kind}}
    classes: {{customer: client, lead: enquiry}}"""
        for name, api in (("one", odd), ("two", other))
    )
    try:
        how = f"combine: {combine}\n" if combine else ""
        service = start(f"{how}lookup_budget: 2s\nadapters:{adapters}")
        assert service.records("+12025550107") == found
        # Whom the first does not know is asked of the second.
        odd.body = b"[]"
        assert service.records("+12025550108") == [("two:7", "active")]
    finally:
        other.server.stop()
