"""The hubspot adapter in front of a local server with HubSpot's shapes and errors."""

import concurrent.futures
import datetime
import re
import time

import grpc
import pytest
import trustme
from api_server import HubSpot

TOKEN = "pat-na1-s3cret-token"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def hub(authority):
    server = HubSpot(TOKEN, authority.issue_cert("127.0.0.1"))
    server.add(
        firstname="Carla", lastname="Current", phone="(202) 555-0101", lifecyclestage="customer"
    )
    server.add(
        firstname="Lena", mobilephone="+12025550102", lifecyclestage="opportunity",
        hs_lead_status="OPEN_DEAL",
    )
    server.add(
        firstname="Una", phone="202-555-0103", lifecyclestage="lead",
        hs_lead_status="UNQUALIFIED",
    )
    server.add(firstname="Paul", phone="2025550104 ext 7", lifecyclestage="former", site="N-4")
    server.add(firstname="Alien", phone="+442025550101", lifecyclestage="customer")
    yield server
    server.stop()


@pytest.fixture
def adapter(hub, folder, authority):
    """The configuration of an adapter; more keys are the test's."""
    (folder / "token").write_text(TOKEN + "\n")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))

    def adapter(more="", directory="lookup_budget: 5s\nlookup_timeout: 10s", trusted=True):
        lines = [f"certificates: {folder}/ca.pem"] if trusted else []
        lines += more.splitlines()
        text = f"{directory}\nadapters:\n  - kind: hubspot\n    url: {hub.url}\n"
        text += f"    token_file: {folder}/token\n    timeout: 10s\n"
        return text + "".join(f"    {line}\n" for line in lines)

    return adapter


FAST = "requests_per_second: 1000"


def test_lifecycle_stages_are_classes(start, adapter):
    service = start(
        adapter(FAST + '\nlocation: site\nlocations: {N-4: downtown}\nclasses:\n'
                "  lead: [lead, opportunity]\n  customer: customer\n"
                "  previous_customer: former\n  active_lead: [open_deal, new]")
    )
    assert service.records("+12025550101") == [("1000", "customer")]
    assert service.records("(202) 555-0102") == [("1001", "active")]
    assert service.records("2025550103") == [("1002", "lead")]
    answer = service.resolve("+12025550104")
    match = answer.resolution.matches[0]
    assert (match.record_id, service.class_of(match)) == ("1003", "previous_customer")
    assert (match.name, match.location_id) == ("Paul", "downtown")
    assert service.records("+12025550199") == []
    assert TOKEN not in service.log()


def test_without_classes_hubspots_own_stages_count(start, adapter):
    service = start(adapter(FAST))
    assert service.records("+12025550101") == [("1000", "customer")]
    assert service.records("+12025550102") == [("1001", "active")]
    assert service.records("+12025550103") == [("1002", "lead")]


def test_records_are_made_matched_and_noted(start, adapter, hub):
    service = start(adapter(FAST + "\nwrites: true"))
    lead = service.start_lead("+12025550150", "Nell Van New").record
    assert hub.contacts[lead.record_id]["lastname"] == "New"
    assert service.records("+12025550150") == [(lead.record_id, "active")]
    assert service.start_lead("+12025550150", "Nell").record.record_id == lead.record_id
    service.match("+12025550151", "1000")
    assert ("1000", "customer") in service.records("+12025550151")
    code, _, _ = service.refused(service.match, "+12025550152", "1000")
    assert code == grpc.StatusCode.FAILED_PRECONDITION  # HubSpot has two numbers a contact.
    assert not service.unmatch("+12025550151", "1000").was_absent
    assert service.unmatch("+12025550151", "1000").was_absent
    assert service.records("+12025550151") == []
    assert service.refused(service.match, "+12025550151", "99")[0] == grpc.StatusCode.NOT_FOUND
    assert [one.record_id for one in service.search("carla").records] == ["1000"]


def test_without_writes_a_change_is_refused_with_the_reason(start, adapter, hub):
    service = start(adapter(FAST))
    code, _, words = service.refused(service.start_lead, "+12025550150", "Nell")
    assert code == grpc.StatusCode.FAILED_PRECONDITION and "writes is off" in words
    assert all(path.endswith("/search") for _, path in hub.requests)


def test_the_rate_limit_is_kept_before_hubspot_has_to_say_so(start, adapter, hub):
    hub.per_second = 9
    service = start(adapter("requests_per_second: 5", "lookup_budget: 9s\nlookup_timeout: 10s"))
    with concurrent.futures.ThreadPoolExecutor(14) as many:
        found = list(many.map(service.records, [f"+1202555{n:04}" for n in range(300, 314)]))
    assert found == [[]] * 14
    assert hub.answered_429 == 0


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {}], ids=["told", "not_told"])
def test_429_is_waited_out_when_there_is_time(start, adapter, hub, headers):
    hub.faults.append((429, headers))
    service = start(adapter(FAST))
    assert service.records("+12025550101") == [("1000", "customer")]
    assert len(hub.requests) == 2


def test_429_for_longer_than_there_is_time_is_a_failure_without_another_request(
    start, adapter, hub
):
    hub.faults.append((429, {"Retry-After": "600"}))
    service = start(adapter(FAST))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert service.status("+12025550102") == "LOOKUP_FAILED"
    assert len(hub.requests) == 1


def test_429_holds_back_those_who_wait_for_their_turn(start, adapter, hub):
    hub.faults.append((429, {"Retry-After": "3"}))
    service = start(
        adapter("requests_per_second: 5", "lookup_budget: 9s\nlookup_timeout: 10s")
    )
    with concurrent.futures.ThreadPoolExecutor(8) as many:
        answers = many.map(service.records, [f"+1202555{n:04}" for n in range(400, 408)])
        deadline = time.monotonic() + 9
        while not hub.requests:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(2)
        assert len(hub.requests) == 1
        assert list(answers) == [[]] * 8


def test_429_that_says_at_once_makes_no_busy_loop(start, adapter, hub):
    hub.faults.extend([(429, {"Retry-After": "0"})] * 10_000)
    service = start(adapter(FAST, "lookup_budget: 2s\nlookup_timeout: 2s"))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert 1 <= len(hub.requests) <= 4


@pytest.mark.parametrize("status", [400, 401, 403, 500, 502, 302])
def test_an_error_is_a_failure_and_not_unknown(start, adapter, hub, status):
    hub.faults.append((status, {"Location": "https://127.0.0.1:1/"}))
    service = start(adapter(FAST, "lookup_budget: 5s\ncache_misses: 0s"))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert f"answered {status}" in service.log()
    assert service.records("+12025550101") == [("1000", "customer")]


def test_a_wrong_token_is_named_in_the_log_without_itself(start, adapter, hub, folder):
    (folder / "token").write_text("wrong-t0ken")
    service = start(adapter(FAST))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "401" in service.log() and "wrong-t0ken" not in service.log()


def test_a_certificate_of_nobody_known_is_refused(start, adapter, hub):
    service = start(adapter(FAST, "lookup_budget: 250ms\nbreaker_failures: 2", trusted=False))
    ada = service.call_center()
    ada.status("READY")
    service.request("+12025550101")
    offer = ada.offer()
    assert offer.resolution.status == service.pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    ada.close()
    deadline = time.monotonic() + 20
    while "not asked" not in service.resolve("+12025550102").answers[0].failure:
        assert time.monotonic() < deadline, service.log()
    assert "TLS" in service.log() or "ertificate" in service.log()
    assert hub.requests == []  # and no token was sent


def test_a_certificate_for_another_host_is_refused(start, adapter, hub, authority):
    other = HubSpot(TOKEN, authority.issue_cert("api.hubapi.example"))
    try:
        service = start(adapter(FAST).replace(hub.url, other.url))
        assert service.status("+12025550101") == "LOOKUP_FAILED"
        assert other.requests == []
    finally:
        other.stop()


def test_a_certificate_that_has_expired_is_refused(start, adapter, authority):
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    expired = authority.issue_cert("127.0.0.1", not_before=now - 2 * day, not_after=now - day)
    server = HubSpot(TOKEN, expired)
    try:
        text = re.sub("url: .*", f"url: {server.url}", adapter(FAST))
        service = start(text)
        assert service.status("+12025550101") == "LOOKUP_FAILED"
        assert server.requests == []
    finally:
        server.stop()


@pytest.mark.parametrize("fault", ["none", "refused", "error", "unreachable", "no_tls"])
def test_the_token_is_in_no_line_of_the_log_at_any_level(start, adapter, hub, fault):
    text = adapter(FAST)
    if fault == "refused":
        hub.token = "another"
    elif fault == "error":
        hub.faults.extend([(503, {})] * 3)
    elif fault == "unreachable":
        text = re.sub("url: .*", "url: https://127.0.0.1:1", text)
    elif fault == "no_tls":
        text = text.replace("https://", "http://")
    service = start(text, "--log-level", "trace")
    for number in ("+12025550101", "+12025550102", "+12025550199"):
        service.resolve(number)
    service.refused(service.start_lead, "+12025550150", "Nell")
    assert TOKEN not in service.log() and TOKEN[-12:] not in service.log()
    assert " trace " in service.log() or " debug " in service.log()
