"""The http adapter in front of an API of the tests' own, with what an API may do oddly."""

import http.server
import json
import re
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
    link_number: {{method: POST, url: "{url}/{{id}}/numbers/", body: {{phone: "{{e164}}"}}}}
    unlink_number: {{method: DELETE, url: "{url}/{{id}}/numbers/", body: {{phone: "{{e164}}"}}}}
    answer: {{id: id, name: name, class: kind, status: status, phones: phones}}
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
