"""A connector and two agent desktops take callbacks from request to outcome over the socket."""

import grpc
import pytest
from center import Connector, Desktop, Operator, refusal, request_id
from google.protobuf.duration_pb2 import Duration

CALLER = "+12025550123"
DIALLED = "+12025550100"


@pytest.fixture
def center(daemon, pb):
    """A queue that dials by connector, a location, a dialled number, two agents."""
    channel = daemon.channel()
    operator = Operator(channel, pb)
    operator.queue(
        "sales",
        dialing=pb.types.DIALING_MODE_CONNECTOR,
        cooldown_after_callback=Duration(seconds=0),
    )
    operator.location("downtown", "Downtown Storage")
    operator.number(DIALLED, "downtown", "sales", "Spring radio spot")
    operator.agent("ada", "sales")
    operator.agent("bob", "sales")
    yield pb.callback_grpc.CallbackServiceStub(channel)
    channel.close()


def ask(calls, pb, **fields):
    """Requests a callback for the caller at the dialled number."""
    fields.setdefault("request_id", request_id())
    fields.setdefault("dialled_number", DIALLED)
    fields.setdefault("caller_number", "(202) 555-0123")
    fields.setdefault("caller_name", "Grace Hopper")
    return calls.RequestCallback(pb.callback.RequestCallbackRequest(**fields))


def get(calls, pb, callback_id):
    """The callback as it stands."""
    return calls.GetCallback(
        pb.callback.GetCallbackRequest(callback_id=callback_id)
    ).callback


def state_of(calls, pb, callback_id):
    """Where a callback stands."""
    return get(calls, pb, callback_id).state


def test_a_callback_goes_from_request_to_answered(daemon, pb, center):
    ada, bob = Desktop(daemon, pb, "ada"), Desktop(daemon, pb, "bob")
    connector = Connector(daemon, pb)
    ada.status("READY")
    taken = ask(center, pb)
    assert taken.disposition == pb.callback.REQUEST_DISPOSITION_CREATED

    # The alert, A to E.
    offer = ada.offer()
    assert offer.callback_id == taken.callback_id
    assert offer.caller.name == "Grace Hopper"
    assert offer.number.e164 == CALLER
    assert [(label.text, label.color) for label in offer.resolution.labels] == [
        ("Unknown", pb.types.LABEL_COLOR_GREY)
    ]
    assert offer.location_name == "Downtown Storage"
    assert offer.ad_source == "Spring radio spot"
    assert (offer.queue_id, offer.queue_name) == ("sales", "Sales")

    # Rejecting sends it to the next available agent (J).
    bob.status("READY")
    ada.reject(offer)
    assert ada.ended(offer.offer_id).state == pb.errors.OFFER_STATE_REJECTED
    second = bob.offer()
    assert second.callback_id == taken.callback_id

    # Accepting starts the call and opens the Greeting card (F, I).
    accepted = bob.accept(second)
    assert accepted.attempt.call_bar_text == "Call to (202) 555-0123"
    assert accepted.attempt.card.kind == pb.types.CARD_KIND_GREETING

    # The connector claims, is granted, dials the agent first, then the caller.
    command = connector.command()
    assert command.attempt_id == accepted.attempt.attempt_id
    assert command.agent_endpoint == "sip:bob@desk"
    assert command.number.e164 == CALLER
    assert connector.claim(command.attempt_id)
    connector.report(command.attempt_id, "AGENT_ANSWERED", leg=pb.callback.CALL_LEG_AGENT)
    connector.report(command.attempt_id, "ANSWERED", leg=pb.callback.CALL_LEG_CALLER)
    connector.report(command.attempt_id, "ENDED")
    assert state_of(center, pb, taken.callback_id) == pb.types.CALLBACK_STATE_COMPLETED

    history = center.GetCallerHistory(
        pb.callback.GetCallerHistoryRequest(number=CALLER)
    ).entries
    assert [entry.callback.callback.callback_id for entry in history] == [taken.callback_id]
    assert history[0].callback.attempts[-1].outcome == pb.types.OUTCOME_ANSWERED
    assert history[0].callback.attempts[-1].agent_id == "bob"


def test_voicemail_completes_while_the_agent_still_talks(daemon, pb, center):
    ada, connector = Desktop(daemon, pb, "ada"), Connector(daemon, pb)
    ada.status("READY")
    taken = ask(center, pb)
    ada.accept(ada.offer())
    command = connector.command()
    assert connector.claim(command.attempt_id)
    ack = connector.report(command.attempt_id, "VOICEMAIL")
    assert ack.state == pb.types.CALLBACK_STATE_COMPLETED
    agent = center.GetAgent(pb.callback.GetAgentRequest(agent_id="ada")).agent
    assert agent.work_state == pb.types.AGENT_WORK_STATE_ON_CALL
    connector.report(command.attempt_id, "ENDED")
    ada.becomes("READY")
    assert state_of(center, pb, taken.callback_id) == pb.types.CALLBACK_STATE_COMPLETED


def test_outcomes_are_reported_in_bulk_with_a_result_for_each(daemon, pb, center):
    c, calls = pb.callback, center
    with daemon.channel() as channel:
        Operator(channel, pb).queue("sales", dialing=pb.types.DIALING_MODE_REPORTED)
    ada = Desktop(daemon, pb, "ada")
    ada.status("READY")
    ask(center, pb)
    attempt = ada.accept(ada.offer()).attempt.attempt_id

    def report(attempt_id, sequence, phase, request="", **more):
        return c.ReportOutcomeRequest(
            request_id=request,
            report=c.CallReport(attempt_id=attempt_id, sequence=sequence, phase=phase, **more),
        )

    answered = report(attempt, 1, c.CALL_PHASE_ANSWERED, request="bulk-answered")
    unknown = report("0" * 26, 1, c.CALL_PHASE_ENDED)
    unreadable = report("no id", 1, c.CALL_PHASE_ENDED)
    ended = report(attempt, 2, c.CALL_PHASE_ENDED)
    batches = [
        c.ReportOutcomesRequest(reports=[answered, unknown, unreadable]),
        c.ReportOutcomesRequest(reports=[answered, ended]),
    ]
    first, second = calls.ReportOutcomes(iter(batches), timeout=10)
    assert first.results[0].taken.state == pb.types.CALLBACK_STATE_CONNECTED
    assert [result.refused.code for result in first.results] == [
        0, grpc.StatusCode.NOT_FOUND.value[0], grpc.StatusCode.INVALID_ARGUMENT.value[0],
    ]
    info = pb.details.ErrorInfo()
    assert first.results[1].refused.details[0].Unpack(info)
    assert info.reason == "ATTEMPT_NOT_FOUND"
    # The same request id has the same answer, at the position where it is true by then.
    assert second.results[0].taken.state == pb.types.CALLBACK_STATE_CONNECTED
    assert not second.results[0].taken.ignored
    assert second.results[1].taken.state == pb.types.CALLBACK_STATE_COMPLETED
    # One by one a request id means the same.
    again = calls.ReportOutcome(answered)
    assert (again.state, again.ignored) == (pb.types.CALLBACK_STATE_CONNECTED, False)
    with pytest.raises(grpc.RpcError) as refused:
        list(calls.ReportOutcomes(iter([c.ReportOutcomesRequest()]), timeout=10))
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_call_that_does_not_connect_stays_in_the_queue(daemon, pb, center):
    ada, connector = Desktop(daemon, pb, "ada"), Connector(daemon, pb)
    ada.status("READY")
    taken = ask(center, pb)
    ada.accept(ada.offer())
    command = connector.command()
    assert connector.claim(command.attempt_id)
    connector.report(command.attempt_id, "ENDED", q850_cause=17)
    left = center.ListCallbacks(pb.callback.ListCallbacksRequest()).callbacks
    assert [callback.callback_id for callback in left] == [taken.callback_id]
    assert left[0].state == pb.types.CALLBACK_STATE_RETRY_WAIT
    assert left[0].last_outcome == pb.types.OUTCOME_BUSY
    assert left[0].attempts_counted == 1


def test_the_same_accept_again_gives_the_same_answer_and_a_second_agent_is_refused(
    daemon, pb, center
):
    ada, bob = Desktop(daemon, pb, "ada"), Desktop(daemon, pb, "bob")
    Connector(daemon, pb)
    ada.status("READY")
    ask(center, pb)
    offer = ada.offer()
    key = request_id()
    first, again = ada.accept(offer, request_id=key), ada.accept(offer, request_id=key)
    assert first.attempt == again.attempt
    with pytest.raises(grpc.RpcError) as refused:
        bob.accept(offer)
    code, reason, _ = refusal(refused.value, pb)
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_YOUR_OFFER")


def test_accepting_a_closed_offer_names_how_it_ended(daemon, pb, center):
    ada, bob = Desktop(daemon, pb, "ada"), Desktop(daemon, pb, "bob")
    Connector(daemon, pb)
    ada.status("READY")
    ask(center, pb)
    offer = ada.offer()
    ada.reject(offer)
    with pytest.raises(grpc.RpcError) as refused:
        ada.accept(offer)
    code, reason, details = refusal(refused.value, pb)
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OFFER_CLOSED")
    closed = pb.errors.OfferClosed()
    assert details[0].Unpack(closed)
    assert closed.offer_id == offer.offer_id
    assert closed.state == pb.errors.OFFER_STATE_REJECTED


def test_a_second_request_merges_and_the_same_request_is_answered_alike(daemon, pb, center):
    key = request_id()
    first = ask(center, pb, request_id=key)
    repeated = ask(center, pb, request_id=key)
    assert repeated.callback_id == first.callback_id
    assert repeated.disposition == pb.callback.REQUEST_DISPOSITION_CREATED
    other = ask(center, pb, priority=5)
    assert other.callback_id == first.callback_id
    assert other.disposition == pb.callback.REQUEST_DISPOSITION_MERGED
    assert get(center, pb, first.callback_id).priority == 5
    with pytest.raises(grpc.RpcError) as refused:
        ask(center, pb, request_id=key, priority=9)
    code, reason, _ = refusal(refused.value, pb)
    assert (code, reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


def test_a_claimed_command_is_not_handed_out_again_after_a_reconnect(daemon, pb, center):
    ada, connector = Desktop(daemon, pb, "ada"), Connector(daemon, pb)
    ada.status("READY")
    taken = ask(center, pb)
    ada.accept(ada.offer())
    command = connector.command()
    assert connector.claim(command.attempt_id)
    connector.close()
    back = Connector(daemon, pb)
    back.inbox.until("query", "message")
    back.send(
        answer=pb.dialer.DialAnswer(
            attempt_id=command.attempt_id,
            knowledge=pb.dialer.DIAL_KNOWLEDGE_ENDED,
            report=pb.callback.CallReport(
                attempt_id=command.attempt_id,
                sequence=9,
                phase=pb.callback.CALL_PHASE_ENDED,
                outcome=pb.types.OUTCOME_NO_ANSWER,
            ),
        )
    )
    back.inbox.until("report_ack", "message")
    assert state_of(center, pb, taken.callback_id) == pb.types.CALLBACK_STATE_RETRY_WAIT


def test_nothing_is_lost_over_kill_and_restart(daemon, pb, center):
    ids = [
        ask(center, pb, caller_number=f"202-555-01{n:02}").callback_id for n in range(1, 21)
    ]
    daemon.kill()
    daemon.start()
    with daemon.channel() as channel:
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        left = calls.ListCallbacks(pb.callback.ListCallbacksRequest(page_size=7))
        found = [callback.callback_id for callback in left.callbacks]
        while left.next_page_token:
            left = calls.ListCallbacks(
                pb.callback.ListCallbacksRequest(
                    page_size=7, page_token=left.next_page_token
                )
            )
            found += [callback.callback_id for callback in left.callbacks]
    assert found == ids


def test_outcomes_can_be_watched_and_resumed_from_a_token(daemon, pb, center):
    ada, connector = Desktop(daemon, pb, "ada"), Connector(daemon, pb)
    ada.status("READY")
    stream = center.WatchOutcomes(
        pb.callback.WatchOutcomesRequest(since={"seconds": 0, "nanos": 0})
    )
    taken = ask(center, pb)
    ada.accept(ada.offer())
    command = connector.command()
    assert connector.claim(command.attempt_id)
    connector.report(command.attempt_id, "ENDED", sip_status=486)
    seen = next(message for message in stream if message.WhichOneof("event") == "outcome")
    assert seen.outcome.callback_id == taken.callback_id
    assert seen.outcome.outcome == pb.types.OUTCOME_BUSY
    stream.cancel()

    center.CancelCallback(
        pb.callback.CancelCallbackRequest(
            request_id=request_id(), callback_id=taken.callback_id
        )
    )
    resumed = center.WatchOutcomes(
        pb.callback.WatchOutcomesRequest(resume_token=seen.resume_token)
    )
    ended = next(
        message for message in resumed if message.WhichOneof("event") == "outcome"
    )
    assert ended.outcome.state == pb.types.CALLBACK_STATE_CANCELLED
    assert ended.outcome.end_reason == pb.types.END_REASON_CANCELLED
    resumed.cancel()
