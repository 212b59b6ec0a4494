"""What agents write back from a Greeting card, while the CRM or the daemon does not do its part."""

import concurrent.futures
import threading
import time

import grpc
import pytest
from center import request_id
from scripted_crm import adapter

NUMBER = "+12025550150"


def eventually(what, within=15):
    """Waits until something is so."""
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def links(service, number=NUMBER):
    """What the history holds of a number's records, newest first."""
    kept = [entry.link for entry in service.history(number) if entry.HasField("link")]
    return [(link.record_id, link.started_lead, link.unmatched) for link in kept]


def test_the_same_request_from_many_at_once_is_one_change_and_one_entry(start, crm):
    # Long enough that all of them come while it is under way.
    def slow(request, context, answer):
        time.sleep(0.5)
        return answer()

    for method in ("CreateLead", "LinkNumber", "UnlinkNumber"):
        crm.replace(method, slow)
    crm.start()
    service = start(adapter(crm.socket))

    def at_once(call, *arguments):
        once = request_id()
        with concurrent.futures.ThreadPoolExecutor(16) as many:
            started = [many.submit(call, *arguments, request_id=once) for _ in range(16)]
            answers = {one.result().record.record_id for one in started}
        assert len(answers) == 1
        return answers.pop()

    lead = at_once(service.start_lead, NUMBER, "Nell")
    assert links(service) == [(lead, True, False)]
    at_once(service.match, NUMBER, "c1")
    at_once(service.unmatch, NUMBER, "c1")
    assert links(service) == [("c1", False, True), ("c1", False, False), (lead, True, False)]
    assert [method for method, _ in crm.calls] == ["CreateLead", "LinkNumber", "UnlinkNumber"]


@pytest.mark.parametrize("when", ["before the CRM has it", "when the CRM has it"])
def test_a_change_that_a_kill_cut_off_is_made_once_by_its_repetition(start, crm, when):
    reached, release = threading.Event(), threading.Event()

    def held(request, context, answer):
        if reached.is_set():
            return answer()
        made = answer() if when == "when the CRM has it" else None
        reached.set()
        release.wait(20)
        if made is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "cut off")
        return made

    crm.replace("CreateLead", held)
    crm.start()
    service = start(adapter(crm.socket))
    once = request_id()
    cut = service.calls.StartLead.future(
        service.pb.callback.StartLeadRequest(request_id=once, number=NUMBER, name="Nell")
    )
    assert reached.wait(10)
    service.daemon.kill()
    release.set()
    assert cut.exception(timeout=20).code() == grpc.StatusCode.UNAVAILABLE
    service.daemon.start()
    code, reason, _ = service.refused(service.start_lead, NUMBER, "Other", request_id=once)
    assert (code, reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
    record = service.start_lead(NUMBER, "Nell", request_id=once).record.record_id
    assert service.start_lead(NUMBER, "Nell", request_id=once).record.record_id == record
    assert service.records(NUMBER) == [(record, "active")]
    assert links(service) == [(record, True, False)]


def test_answers_to_changes_outlive_a_restart(start, crm):
    for method in ("LinkNumber", "UnlinkNumber"):
        crm.replace(method, lambda request, context, answer: answer())
    crm.start()
    service = start(adapter(crm.socket))
    match, unmatch = request_id(), request_id()
    service.match(NUMBER, "c1", request_id=match)
    service.unmatch(NUMBER, "c1", request_id=unmatch)
    service.daemon.kill()
    service.daemon.start()
    assert service.match(NUMBER, "c1", request_id=match).record.record_id == "c1"
    assert not service.unmatch(NUMBER, "c1", request_id=unmatch).was_absent
    code, _, _ = service.refused(service.match, NUMBER, "p1", request_id=match)
    assert code == grpc.StatusCode.ALREADY_EXISTS
    code, _, _ = service.refused(service.unmatch, NUMBER, "c1", request_id=match)
    assert code == grpc.StatusCode.ALREADY_EXISTS
    assert len(crm.calls) == 2
    assert links(service) == [("c1", False, True), ("c1", False, False)]


def test_a_pending_change_that_the_crm_refuses_is_told_when_it_is_asked_for(start, crm):
    release = threading.Event()

    def refusing(request, context, answer):
        release.wait(20)
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the CRM is closed for the year")

    crm.replace("LinkNumber", refusing)
    crm.start()
    service = start(adapter(crm.socket))
    pb, once = service.pb, request_id()
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as two:
        told = [two.submit(service.match, NUMBER, "c1", request_id=once) for _ in range(2)]
        answers = [one.result().change for one in told]
    assert answers == [pb.callback.DIRECTORY_CHANGE_PENDING] * 2
    assert 4.5 < time.monotonic() - began < 8
    # Asked while it goes on, the same request waits for it and starts nothing.
    asking = threading.Timer(0.5, release.set)
    asking.start()
    code, reason, words = service.refused(service.match, NUMBER, "c1", request_id=once)
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "DIRECTORY_REFUSED")
    assert "closed for the year" in words
    assert links(service) == []
    assert len(crm.calls) == 1


def test_a_pending_change_that_many_asked_for_is_in_the_history_once(start, crm):
    release = crm.hold("LinkNumber")
    crm.start()
    service = start(adapter(crm.socket))
    once = request_id()
    with concurrent.futures.ThreadPoolExecutor(8) as many:
        told = [many.submit(service.match, NUMBER, "c1", request_id=once) for _ in range(8)]
        assert {one.result().change for one in told} == {
            service.pb.callback.DIRECTORY_CHANGE_PENDING
        }
    said = service.command  # what a person sees
    release.set()
    eventually(lambda: links(service))
    text = said("match", "c1", "--number", NUMBER, "--request-id", request_id())
    assert "Matched to c1" in text
    time.sleep(0.3)
    assert links(service) == [("c1", False, False)]


def test_a_change_goes_on_when_its_client_is_gone(start, crm):
    reached, release = threading.Event(), threading.Event()

    def slow(request, context, answer):
        reached.set()
        release.wait(20)
        return answer()

    crm.replace("CreateLead", slow)
    crm.start()
    service = start(adapter(crm.socket))
    once = request_id()
    gone = service.calls.StartLead.future(
        service.pb.callback.StartLeadRequest(request_id=once, number=NUMBER, name="Nell"),
        timeout=1,
    )
    assert reached.wait(10)
    assert gone.exception(timeout=10).code() == grpc.StatusCode.DEADLINE_EXCEEDED
    release.set()
    eventually(lambda: links(service))
    record = service.start_lead(NUMBER, "Nell", request_id=once).record.record_id
    assert links(service) == [(record, True, False)]
    assert len(crm.calls) == 1


def test_a_pending_change_that_ends_while_the_log_is_full_is_in_the_history_later(start, crm):
    release = crm.hold("LinkNumber")
    crm.start()
    service = start(adapter(crm.socket))
    pending = service.match(NUMBER, "c1").change
    assert pending == service.pb.callback.DIRECTORY_CHANGE_PENDING
    wal = service.daemon.data / "log.db-wal"
    tracer = service.daemon.trace(wal, "-e", "inject=pwrite64:error=ENOSPC")
    release.set()
    time.sleep(1.5)
    tracer.terminate()
    tracer.wait()
    eventually(lambda: links(service))
    assert links(service) == [("c1", False, False)]
    assert "not in the history" not in service.log()


def finish(service, number):
    """Asks for a callback and cancels it."""
    service.calls.CancelCallback(
        service.pb.callback.CancelCallbackRequest(
            request_id=request_id(), callback_id=service.request(number).callback_id
        )
    )


def test_a_note_that_a_kill_cut_off_is_written_once(start, crm):
    reached = threading.Event()

    def lost(request, context, answer):
        made = answer()
        reached.set()
        time.sleep(1)
        return made

    crm.replace("AddNote", lost)
    crm.start()
    service = start(adapter(crm.socket, "notes: true\nlookup_budget: 2s"))
    service.call_center().close()
    finish(service, "+12025550102")
    assert reached.wait(10)
    service.daemon.kill()
    asked = len(crm.calls)
    service.daemon.start()
    eventually(lambda: len(crm.calls) > asked)
    first, again = [request for _, request in crm.calls][-2:]
    assert first.request_id == again.request_id
    finish(service, "+12025550104")
    eventually(lambda: crm.records.notes["l2"])
    assert len(crm.records.notes["p1"]) == 1


def test_a_caller_who_is_forgotten_gets_no_note(start, crm):
    away = threading.Event()

    def refusing(request, context, answer):
        if not away.is_set():
            away.set()
            context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        return answer()

    crm.replace("AddNote", refusing)
    crm.start()
    service = start(adapter(crm.socket, "notes: true\nlookup_budget: 2s"))
    service.call_center().close()
    finish(service, "+12025550102")
    assert away.wait(10)
    # It is tried again in a second; meanwhile the caller is forgotten.
    service.pb.admin_grpc.AdminServiceStub(service.channel).ForgetCaller(
        service.pb.admin.ForgetCallerRequest(request_id=request_id(), number="+12025550102")
    )
    finish(service, "+12025550104")
    eventually(lambda: crm.records.notes["l2"])
    assert crm.records.notes["p1"] == []


def test_a_directory_that_takes_no_notes_says_so_once(start):
    service = start("notes: true\nadapters:\n  - kind: embedded")
    service.call_center().close()
    lead = service.start_lead("2025550171", "Nell").record.record_id
    assert lead
    for _ in range(3):
        finish(service, "+12025550171")
    eventually(lambda: "gets no notes" in service.log())
    time.sleep(0.5)
    assert service.log().count("gets no notes") == 1
    assert "keeps no notes" in service.log()


def test_a_late_answer_does_not_change_the_card_of_an_accepted_callback(start, crm, pb):
    release = crm.hold("Lookup")
    crm.start()
    service = start(adapter(crm.socket, "lookup_timeout: 20s"))
    ada = service.call_center()
    ada.status("READY")
    taken = service.request("+12025550101")
    accepted = ada.accept(ada.offer())
    assert accepted.attempt.card.kind == pb.types.CARD_KIND_GREETING
    release.set()
    service.until("+12025550101", "RESOLVED")
    time.sleep(0.3)
    callback = service.calls.GetCallback(
        pb.callback.GetCallbackRequest(callback_id=taken.callback_id)
    ).callback
    assert callback.resolution.status == pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    assert callback.resolution.card.kind == pb.types.CARD_KIND_GREETING
    ada.close()
