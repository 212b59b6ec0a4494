"""CRMs of every kind that misbehave: offers go out within the budget, labelled; the breaker opens;
what was known before is used and marked; memory is bounded; it recovers by itself."""

import socket
import time

import pytest
import trustme
from api_server import HubSpot
from callers import indented
from faulty import NUMBERS, TOKEN, HubSpotCRM, JSONCRM, PostgresCRM, SocketCRM
from postgres_server import PASSWORD, Postgres

KINDS = {"hubspot": HubSpotCRM, "http": JSONCRM, "postgres": PostgresCRM, "socket": SocketCRM}
FAULTS = [(kind, mode) for kind, crm in KINDS.items() for mode in crm.modes]
# Far below the look-up's time-out, and what a machine that is busy may add to the budget.
BUDGET, SLACK, TIMEOUT = 0.25, 0.75, 2.5


def settings(adapter):
    """The configuration of one adapter, with the default budget and little patience."""
    return """
lookup_timeout: 2500ms
cache_hits: 0s
cache_misses: 0s
breaker_failures: 3
breaker_pause: 100ms
adapters:
""" + indented(adapter, 4).replace("    ", "  - ", 1)


@pytest.fixture(scope="module")
def server():
    running = Postgres().start()
    try:
        yield running
    finally:
        running.remove()


@pytest.fixture
def crm(request, folder, pb, server):
    made = KINDS[request.param](folder, pb, server)
    yield made
    made.stop()


def opens(service):
    """Asks until the breaker has opened: then the CRM is not asked any more."""
    deadline = time.monotonic() + 20
    n = 2
    while "not asked" not in service.resolve(NUMBERS[n]).answers[0].failure:
        assert time.monotonic() < deadline, service.log()
        n = n + 1 if n < 38 else 2


def fails_and_opens(service):
    """The offer goes out as LOOKUP_FAILED, and the breaker opens."""
    ada = service.call_center()
    ada.status("READY")
    service.request(NUMBERS[1])
    failed = service.pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    assert ada.offer().resolution.status == failed
    ada.close()
    opens(service)


@pytest.mark.parametrize("crm, mode", FAULTS, indirect=["crm"])
def test_the_offer_goes_out_and_the_directory_recovers(start, crm, mode):
    service = start(settings(crm.adapter))
    pb = service.pb
    ada = service.call_center()
    ada.status("READY")
    service.until(NUMBERS[0], "RESOLVED")
    before = service.peak_bytes()

    crm.fail(mode)
    began = time.monotonic()
    service.request(NUMBERS[1])
    assert time.monotonic() - began < BUDGET + SLACK < TIMEOUT
    offer = ada.offer()
    assert offer.resolution.status == pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    assert list(offer.resolution.labels) == []
    assert offer.resolution.card.kind == pb.types.CARD_KIND_GREETING
    assert offer.resolution.source == "" and not offer.resolution.stale
    ada.reject(offer)

    # What was known before is used, and marked: in the alert and in what the accept opens.
    service.request(NUMBERS[0])
    offer = ada.offer()
    assert [label.text for label in offer.resolution.labels] == ["Customer"], offer
    assert offer.resolution.stale and offer.resolution.age.ToMilliseconds() > 0
    accepted = ada.accept(offer)
    assert accepted.attempt.card.kind == pb.types.CARD_KIND_CUSTOMER
    assert accepted.resolution.stale
    answer = service.resolve(NUMBERS[0])
    assert answer.resolution.stale
    assert answer.answers[0].origin == pb.callback.ANSWER_ORIGIN_STALE_CACHE
    text = service.command("resolve", NUMBERS[0], "--explain")
    assert "crm did not answer: this is from" in text and "stale cache" in text, text

    opens(service)
    metrics = service.metrics()
    assert metrics['callbackd_directory_kept_back_total{directory="crm"}'] >= 1
    assert metrics['callbackd_directory_circuit_open{directory="crm"}'] == 1
    assert metrics['callbackd_directory_lookups_total{directory="crm"}'] >= 4
    assert metrics['callbackd_directory_answers_total{source="stale_cache"}'] >= 2
    assert metrics['callbackd_directory_answers_total{source="none"}'] >= 1
    assert service.peak_bytes() - before < 64 << 20

    crm.recover(mode)
    answer = service.until(NUMBERS[39], "RESOLVED")
    assert len(answer.resolution.matches) == 1 and not answer.resolution.stale
    metrics = service.metrics()
    assert metrics['callbackd_directory_circuit_open{directory="crm"}'] == 0
    assert metrics['callbackd_directory_lookup_seconds_count{directory="crm"}'] >= 4
    assert metrics['callbackd_directory_failures_total{directory="crm"}'] >= 3
    assert TOKEN not in service.log()
    ada.close()


def test_a_wrong_certificate_of_an_api_is_a_fault_like_others(start, folder):
    (folder / "token").write_text(TOKEN)
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(folder / "ca.pem"))
    server = HubSpot(TOKEN, theirs.issue_cert("127.0.0.1"))
    adapter = f"kind: hubspot\nname: crm\nurl: {server.url}\ntoken_file: {folder}/token\n"
    service = start(settings(adapter + f"certificates: {folder}/ca.pem\n"))
    fails_and_opens(service)
    assert server.requests == []  # no token was sent
    server.stop()
    server = HubSpot(TOKEN, ours.issue_cert("127.0.0.1"), port=server.server.port)
    server.add(firstname="Ann", phone=NUMBERS[39], lifecyclestage="customer")
    assert service.until(NUMBERS[39], "RESOLVED").resolution.matches
    server.stop()


def test_a_wrong_certificate_of_a_database_is_a_fault_like_others(start, folder, monkeypatch):
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(folder / "ca.pem"))
    (folder / "password").write_text(PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("PGPORT", str(port))
    server = Postgres("fsync=off", "ssl=on", "listen_addresses=127.0.0.1", f"port={port}")
    try:
        server.certify(theirs.issue_cert("localhost"))
        server.start()
        adapter = f"""
kind: postgres
name: crm
connection: "host=localhost hostaddr=127.0.0.1 port={port} dbname=postgres user=owner sslrootcert={folder}/ca.pem"
password_file: {folder}/password
lookup_query: "SELECT 'c39' AS id, 'Ann' AS name, 'customer' AS class, $1 AS phone"
classes: {{customer: customer}}
"""
        service = start(settings(adapter))
        fails_and_opens(service)
        assert "certificate" in service.log() and PASSWORD not in service.log()
        server.certify(ours.issue_cert("localhost"))
        server.reload()
        assert service.until(NUMBERS[39], "RESOLVED").resolution.matches
    finally:
        server.remove()


def test_late_answers_of_a_slow_proxy_reach_the_alert(start, folder):
    crm = HubSpotCRM(folder)
    service = start(
        "lookup_budget: 50ms\nlookup_timeout: 30s\nadapters:\n"
        + indented(crm.adapter + "timeout: 30s", 4).replace("    ", "  - ", 1)
    )
    ada = service.call_center()
    ada.status("READY")
    crm.fail("hang")
    service.request(NUMBERS[7])
    failed = service.pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    assert ada.offer().resolution.status == failed
    crm.recover("hang")
    crm.proxy.ended.set()  # lets what hangs end: the connection closes, and the question is repeated
    updated = ada.inbox.until("offer_updated", "event").offer
    assert [match.record_id for match in updated.resolution.matches] == ["1007"]
    ada.close()
    crm.stop()


def test_late_answers_of_a_slow_database_reach_the_alert_and_lift_the_mark(
    start, folder, pb, server
):
    crm = PostgresCRM(folder, pb, server)
    service = start(settings(crm.adapter))
    ada = service.call_center()
    ada.status("READY")
    service.until(NUMBERS[7], "RESOLVED")
    crm.query(
        """CREATE OR REPLACE VIEW callers AS
        SELECT id, name || left(pg_sleep(0.7)::text, 0) AS name, phone FROM people"""
    )
    service.request(NUMBERS[7])
    offer = ada.offer()
    assert offer.resolution.stale and len(offer.resolution.matches) == 1
    updated = ada.inbox.until("offer_updated", "event").offer
    assert not updated.resolution.stale
    assert updated.resolution.matches == offer.resolution.matches
    accepted = ada.accept(updated)
    assert not accepted.resolution.stale
    ada.close()
    crm.stop()
