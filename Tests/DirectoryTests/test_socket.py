"""The socket adapter in front of the example CRM, and of one that misbehaves."""

import concurrent.futures
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import crm_service
import grpc
import pytest
from center import request_id
from daemon import ROOT
from scripted_crm import RECORDS, adapter

@pytest.fixture
def example(folder):
    """The example as its own process, as somebody would run it."""
    records = folder / "records.jsonl"
    records.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    socket, temporary = folder / "crm.sock", folder / "tmp"
    temporary.mkdir()
    program = subprocess.Popen(
        [sys.executable, ROOT / "docs" / "examples" / "crm_service.py",
         "--socket", socket, "--records", records],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert "4 records" in program.stdout.readline()
    # It leaves nothing behind, not even while it runs.
    assert not list(temporary.iterdir())
    yield socket
    program.terminate()
    assert program.wait(timeout=20) == 0


def test_the_example_answers_who_is_calling(start, example):
    service = start(adapter(example))
    assert service.records("(202) 555-0101") == [("l1", "active"), ("c1", "customer")]
    assert service.records("+12025550102") == [("p1", "previous_customer")]
    assert service.records("+12025550104") == [("l2", "lead")]
    assert service.records("+1 202 555 0103 ext. 42") == [("l1", "active")]
    assert service.records("+1 202 555 0103 ext. 43") == []
    assert service.records("+12025550103") == [("l1", "active")]
    assert service.records("+12025550199") == []
    assert [record.record_id for record in service.search("carl").records] == ["c1"]
    assert [record.record_id for record in service.search("5550102").records] == ["p1"]
    record = service.record("l1")
    assert [number.extension for number in record.numbers] == ["", "42"]
    assert service.refused(service.record, "x9")[0] == grpc.StatusCode.NOT_FOUND


def test_a_lead_is_started_matched_and_unmatched_once_each(start, example):
    service = start(adapter(example))
    pb = service.pb
    number = "+12025550150"
    assert service.records(number) == []
    once = request_id()
    started = service.start_lead(number, "Nell New", request_id=once)
    assert started.change == pb.callback.DIRECTORY_CHANGE_DONE
    assert started.record.active_lead and started.record.name == "Nell New"
    again = service.start_lead(number, "Nell New", request_id=once)
    assert again.record.record_id == started.record.record_id
    code, reason, _ = service.refused(service.start_lead, number, "Other", request_id=once)
    assert code == grpc.StatusCode.ALREADY_EXISTS
    # The answer is known at once: nothing that was known of the number before is used.
    assert service.records(number) == [(started.record.record_id, "active")]
    # A second Lead for the same number is the first one.
    assert service.start_lead(number, "Nell N.").record.record_id == started.record.record_id

    matched = service.match(number, "c1")
    assert matched.card.kind == pb.types.CARD_KIND_CUSTOMER
    assert ("c1", "customer") in service.records(number)
    service.match(number, "c1")
    once = request_id()
    assert not service.unmatch(number, "c1", request_id=once).was_absent
    assert ("c1", "customer") not in service.records(number)
    assert not service.unmatch(number, "c1", request_id=once).was_absent
    assert service.unmatch(number, "c1").was_absent
    assert service.refused(service.match, number, "x9")[0] == grpc.StatusCode.NOT_FOUND

    links = [entry.link for entry in service.history(number)]
    assert [(link.record_id, link.unmatched, link.started_lead) for link in links] == [
        ("c1", True, False), ("c1", False, False), (started.record.record_id, False, True),
    ]


def test_a_slow_change_is_pending_after_five_seconds_and_then_in_the_history(start, crm):
    release = crm.hold("CreateLead")
    crm.start()
    service = start(adapter(crm.socket))
    pb = service.pb
    number, once = "+12025550151", request_id()
    pending = service.start_lead(number, "Nell New", request_id=once)
    assert pending.change == pb.callback.DIRECTORY_CHANGE_PENDING
    assert not pending.HasField("record")
    assert list(service.history(number)) == []
    release.set()
    deadline = time.monotonic() + 10
    while not service.history(number):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    entry = service.history(number)[0].link
    assert entry.started_lead
    done = service.start_lead(number, "Nell New", request_id=once)
    assert done.change == pb.callback.DIRECTORY_CHANGE_DONE
    assert done.record.record_id == entry.record_id
    assert [method for method, _ in crm.calls] == ["CreateLead"]


def test_a_program_that_only_reads_says_why(start, crm):
    def capabilities(request, context, answer):
        return crm.pb.crm.GetCapabilitiesResponse(reason="this CRM is a yearly copy")

    crm.replace("GetCapabilities", capabilities)
    crm.start()
    service = start(adapter(crm.socket))
    assert service.records("+12025550102") == [("p1", "previous_customer")]
    code, reason, words = service.refused(service.start_lead, "+12025550190", "New")
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "yearly copy" in words
    assert crm.records.notes == {}


def test_finished_callbacks_are_noted_once_also_over_a_restart(start, crm):
    crm.start()
    service = start(adapter(crm.socket, "notes: true\nlookup_budget: 2s"))
    ada = service.call_center()
    ada.status("READY")
    service.request("+12025550102")
    accepted = ada.accept(ada.offer())
    attempt = accepted.attempt.attempt_id
    service.outcome(attempt, 1, "ANSWERED")
    service.outcome(attempt, 2, "ENDED")
    deadline = time.monotonic() + 15
    while not crm.records.notes["p1"]:
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.05)
    service.daemon.kill()
    service.daemon.start()
    service.request("+12025550104")
    time.sleep(0.2)
    assert len(crm.records.notes["p1"]) == 1
    assert "answered" in crm.records.notes["p1"][0] and "ada" in crm.records.notes["p1"][0]
    ada.close()


def test_a_late_answer_reaches_the_alert_and_the_card(start, crm, pb):
    release = crm.hold("Lookup")
    crm.start()
    service = start(adapter(crm.socket, "lookup_timeout: 20s"))
    ada = service.call_center()
    ada.status("READY")
    service.request("+12025550101")
    offer = ada.offer()
    assert offer.resolution.status == pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    assert offer.resolution.card.kind == pb.types.CARD_KIND_GREETING
    release.set()
    updated = ada.inbox.until("offer_updated", "event").offer
    assert updated.offer_id == offer.offer_id
    assert [label.text for label in updated.resolution.labels] == ["Lead", "Customer"]
    accepted = ada.accept(updated)
    assert accepted.attempt.card.kind == pb.types.CARD_KIND_LEAD
    assert accepted.attempt.card.record_id == "l1"
    ada.close()


def test_a_number_is_looked_up_once_for_all_who_ask_at_the_same_time(start, crm):
    release = crm.hold("Lookup")
    crm.start()
    service = start(adapter(crm.socket, "lookup_budget: 10s"))
    futures = [
        service.calls.ResolveCaller.future(
            service.pb.callback.ResolveCallerRequest(number="+12025550101")
        )
        for _ in range(20)
    ]
    while not crm.calls:
        time.sleep(0.01)
    # All are in the daemon once it has answered a call that came after them.
    service.search("nobody")
    release.set()
    assert all(future.result().resolution.matches for future in futures)
    assert len(crm.calls) == 1


def test_a_search_names_the_directories_that_did_not_answer(start, crm):
    service = start(adapter(crm.socket) + "  - kind: embedded\n")
    found = service.search("carla")
    assert not found.records and not found.more
    assert list(found.unanswered_directories) == ["crm"]
    crm.start()
    assert not service.search("carla").unanswered_directories


def test_a_program_that_ends_is_noticed_and_found_again(start, crm):
    crm.start()
    service = start(
        adapter(crm.socket, "cache_hits: 0s\ncache_misses: 0s\nbreaker_pause: 50ms")
    )
    service.until("+12025550102", "RESOLVED")
    crm.stop()
    answer = service.resolve("+12025550102")
    assert answer.answers[0].origin == service.pb.callback.ANSWER_ORIGIN_STALE_CACHE
    assert service.status("+12025550104") == "LOOKUP_FAILED"
    crm.start()
    service.until("+12025550104", "RESOLVED")


def test_the_reason_of_a_program_that_only_reads_is_cut(start, crm):
    reads_only = crm.pb.crm.GetCapabilitiesResponse(reason="e\u0301" * 150_000)
    crm.replace("GetCapabilities", lambda request, context, answer: reads_only)
    crm.start()
    service = start(adapter(crm.socket))
    assert service.records("+12025550102") == [("p1", "previous_customer")]
    code, _, words = service.refused(service.match, "+12025550190", "p1")
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "e\u0301" in words and len(words) < 1_000


def test_a_program_that_was_started_anew_is_asked_what_it_can_do(start, crm):
    reads_only = crm.pb.crm.GetCapabilitiesResponse(reason="a yearly copy")
    crm.replace("GetCapabilities", lambda request, context, answer: reads_only)
    crm.start()
    service = start(adapter(crm.socket))
    assert service.records("+12025550102") == [("p1", "previous_customer")]
    code, _, words = service.refused(service.match, "+12025550190", "p1")
    assert code == grpc.StatusCode.FAILED_PRECONDITION and "yearly copy" in words
    # Between two calls, so that none of them fails.
    crm.stop()
    crm.replace("GetCapabilities", lambda request, context, answer: answer())
    crm.servicer = crm_service.service(crm.pb.crm, crm.pb.crm_grpc, crm.records)
    crm.start()
    assert service.records("+12025550104") == [("l2", "lead")]
    deadline = time.monotonic() + 10
    while True:
        try:
            assert service.match("+12025550190", "p1").record.record_id == "p1"
            return
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
            assert time.monotonic() < deadline, "it is not asked again"
            time.sleep(0.05)


@pytest.mark.parametrize("seconds, nanos", [(2**60, 0), (-(2**63), 0), (0, -1)])
def test_a_time_that_is_none_is_as_good_as_no_time(start, crm, seconds, nanos):
    def answer(request, context, answer):
        record = crm.pb.crm.Record(record_id="a", name="Ann", record_class=2)
        record.updated_at.seconds, record.updated_at.nanos = seconds, nanos
        return crm.pb.crm.LookupResponse(records=[record])

    crm.replace("Lookup", answer)
    crm.start()
    service = start(adapter(crm.socket))
    match = service.resolve("+12025550102").resolution.matches[0]
    assert match.record_id == "a" and not match.HasField("updated_at")


def test_notes_go_on_after_a_time_in_which_they_could_not_be_written(start, crm):
    crm.start()
    service = start(adapter(crm.socket, "notes: true\nlookup_budget: 2s"))
    ada = service.call_center()

    def finish(number):
        service.calls.CancelCallback(
            service.pb.callback.CancelCallbackRequest(
                request_id=request_id(), callback_id=service.request(number).callback_id
            )
        )

    ledger = sqlite3.connect(service.daemon.data / "directory-changes.db", isolation_level=None)
    ledger.execute("BEGIN IMMEDIATE")
    finish("+12025550199")
    deadline = time.monotonic() + 20
    while "notes wait" not in service.log():
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.05)
    ledger.execute("ROLLBACK")
    ledger.close()
    finish("+12025550102")
    deadline = time.monotonic() + 20
    while not crm.records.notes["p1"]:
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.05)
    assert service.log().count("notes wait") == 1
    ada.close()


@pytest.mark.parametrize(
    "fault", ["unavailable", "huge", "nul", "too_many", "no_class"]
)
def test_what_a_program_should_not_answer_is_a_failure_and_not_unknown(start, crm, fault):
    pb = crm.pb

    def answer(request, context, answer):
        match fault:
            case "unavailable":
                context.abort(grpc.StatusCode.UNAVAILABLE, "the database is away")
            case "huge":
                return pb.crm.LookupResponse(
                    records=[pb.crm.Record(record_id="x" * 100, name="y" * 100_000)] * 20
                )
            case "nul":
                return pb.crm.LookupResponse(
                    records=[pb.crm.Record(record_id="a", name="a\0b", record_class=1)]
                )
            case "too_many":
                one = pb.crm.Record(record_id="a", name="a", record_class=1)
                return pb.crm.LookupResponse(records=[one] * 2000)
            case "no_class":
                return pb.crm.LookupResponse(records=[pb.crm.Record(record_id="a", name="a")])

    crm.replace("Lookup", answer)
    crm.start()
    service = start(adapter(crm.socket))
    assert service.status("+12025550102") == "LOOKUP_FAILED"
    assert service.peak_bytes() < 200 << 20


def test_bytes_that_are_no_message_are_a_failure(start, folder):
    socket = folder / "raw.sock"
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    garbage = grpc.unary_unary_rpc_method_handler(lambda request, context: b"\xff" * 64)
    server.add_generic_rpc_handlers(
        [
            grpc.method_handlers_generic_handler(
                "callback.crm.v1.CrmService",
                {"Lookup": garbage, "GetCapabilities": garbage, "CreateLead": garbage},
            )
        ]
    )
    server.add_insecure_port(f"unix:{socket}")
    server.start()
    service = start(adapter(socket))
    assert service.status("+12025550102") == "LOOKUP_FAILED"
    code, _, _ = service.refused(service.start_lead, "+12025550102", "New")
    assert code == grpc.StatusCode.UNAVAILABLE
    server.stop(grace=0).wait()


@pytest.mark.parametrize("how", ["garbage", "closed", "silent", "no_socket", "left_over"])
def test_who_is_no_program_of_this_protocol_holds_nobody_up(start, crm, how):
    listener = None
    if how == "no_socket":
        pathlib.Path(crm.socket).write_text("a file")
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(crm.socket)
        listener.listen()

    def serve():
        held = []
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if how == "garbage":
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + os.urandom(4096))
            if how == "closed":
                client.close()
            held.append(client)

    if how == "left_over":
        listener.close()
    elif listener is not None:
        threading.Thread(target=serve, daemon=True).start()
    service = start(
        adapter(crm.socket, "lookup_budget: 200ms\nlookup_timeout: 500ms\nbreaker_pause: 50ms")
    )
    for n in range(10):
        asked = time.monotonic()
        assert service.status(f"+120255502{n:02}") == "LOOKUP_FAILED"
        assert time.monotonic() - asked < 2
    assert service.peak_bytes() < 200 << 20
    # The program itself is found as soon as it is there.
    if listener is not None and how != "left_over":
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    os.unlink(crm.socket)
    crm.start()
    service.until("+12025550102", "RESOLVED")
    assert service.records("+12025550102") == [("p1", "previous_customer")]


def test_a_number_is_read_in_the_region_of_the_location_that_was_dialled(start, crm):
    crm.records.add(id="u1", name="Una", numbers=["+442079460123"], **{"class": "customer"})
    crm.start()
    service = start(adapter(crm.socket))
    service.command("location", "put", "london", "--name", "London", "--region", "GB")
    assert service.records("020 7946 0123", location_id="london") == [("u1", "customer")]
    assert "u1 is a Customer" in service.command(
        "resolve", "020 7946 0123", "--location", "london", "--explain"
    )
