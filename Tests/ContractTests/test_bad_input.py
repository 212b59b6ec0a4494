"""Bad input gets a clear error with the right status and reason, and nothing is lost."""

import grpc
import pytest
from center import Operator, refusal, request_id

SERVICE = "/callback.v1.CallbackService/"


@pytest.fixture
def calls(daemon, pb):
    """The service with one queue that has no members."""
    channel = daemon.channel()
    Operator(channel, pb).queue("sales")
    yield pb.callback_grpc.CallbackServiceStub(channel)
    channel.close()


def raw(daemon, method: str, request: bytes):
    """Sends bytes as they are."""
    with daemon.channel() as channel:
        call = channel.unary_unary(
            SERVICE + method,
            request_serializer=lambda message: message,
            response_deserializer=lambda message: message,
        )
        return call(request, timeout=10)


MALFORMED = {
    "a truncated length": b"\x0a\x05ab",
    "a varint without end": b"\x50" + b"\xff" * 11,
    "invalid UTF-8": b"\x1a\x02\xff\xfe",
    "an embedded NUL": b"\x1a\x03a\x00b",
    "field number zero": b"\x02\x00",
    "an end without a group": b"\x0c",
    "a message given twice": b"\x5a\x02\x08\x01\x5a\x02\x10\x01",
    "random bytes": bytes(range(255, 200, -1)),
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_bytes_are_refused(daemon, pb, request_bytes):
    with pytest.raises(grpc.RpcError) as refused:
        raw(daemon, "RequestCallback", request_bytes)
    code, reason, _ = refusal(refused.value, pb)
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE")


def test_an_oversized_message_is_refused(daemon, pb):
    with pytest.raises(grpc.RpcError) as refused:
        raw(daemon, "RequestCallback", b"\x7a\x80\x80\x08" + b"x" * 131072)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_an_unknown_method_is_unimplemented(daemon):
    with pytest.raises(grpc.RpcError) as refused:
        raw(daemon, "NoSuchMethod", b"")
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


def refused_with(pb, code: str, reason: str, call, *arguments):
    """Asserts that the call is refused with this code and reason."""
    with pytest.raises(grpc.RpcError) as refused:
        call(*arguments)
    assert refusal(refused.value, pb)[:2] == (grpc.StatusCode[code], reason)
    assert refused.value.details()


def test_unknown_ids_are_not_found(pb, calls):
    some = "0" * 26
    c = pb.callback
    refused_with(
        pb, "NOT_FOUND", "CALLBACK_NOT_FOUND", calls.GetCallback,
        c.GetCallbackRequest(callback_id=some),
    )
    refused_with(
        pb, "NOT_FOUND", "CALLBACK_NOT_FOUND", calls.CancelCallback,
        c.CancelCallbackRequest(callback_id=some),
    )
    refused_with(
        pb, "NOT_FOUND", "OFFER_NOT_FOUND", calls.AcceptOffer,
        c.AcceptOfferRequest(offer_id=some, agent_id="nobody"),
    )
    refused_with(
        pb, "NOT_FOUND", "AGENT_NOT_FOUND", calls.GetAgent,
        c.GetAgentRequest(agent_id="nobody"),
    )
    refused_with(
        pb, "NOT_FOUND", "QUEUE_NOT_FOUND", calls.RequestCallback,
        c.RequestCallbackRequest(queue_id="none", caller_number="+12025550123"),
    )
    refused_with(
        pb, "NOT_FOUND", "ATTEMPT_NOT_FOUND", calls.ReportOutcome,
        c.ReportOutcomeRequest(
            report=c.CallReport(attempt_id=some, sequence=1, phase=c.CALL_PHASE_ENDED)
        ),
    )
    refused_with(
        pb, "NOT_FOUND", "RECORD_NOT_FOUND", calls.GetRecord,
        c.GetRecordRequest(record_id="none"),
    )


def test_ids_that_are_no_ids_are_invalid(pb, calls):
    refused_with(
        pb, "INVALID_ARGUMENT", "FIELD_INVALID", calls.GetCallback,
        pb.callback.GetCallbackRequest(callback_id="not an id"),
    )
    refused_with(
        pb, "INVALID_ARGUMENT", "FIELD_MISSING", calls.GetCallback,
        pb.callback.GetCallbackRequest(),
    )


@pytest.mark.parametrize(
    "fields, code, reason",
    [
        ({}, "FAILED_PRECONDITION", "NO_CALLBACK_NUMBER"),
        ({"caller_number": "12"}, "INVALID_ARGUMENT", "NUMBER_IMPOSSIBLE"),
        ({"caller_number": "call me"}, "INVALID_ARGUMENT", "NUMBER_IMPOSSIBLE"),
        ({"caller_number": "911"}, "FAILED_PRECONDITION", "EMERGENCY_NUMBER"),
        ({"caller_number": "900-555-0123"}, "FAILED_PRECONDITION", "PREMIUM_NUMBER"),
        ({"caller_number": "2025550123", "priority": 101}, "INVALID_ARGUMENT", "FIELD_INVALID"),
        ({"caller_number": "2025550123", "note": "x" * 1001}, "INVALID_ARGUMENT", "FIELD_INVALID"),
        ({"caller_number": "2025550123", "presentation": 77}, "INVALID_ARGUMENT", "FIELD_INVALID"),
        ({"caller_number": "2025550123", "request_id": "x" * 65}, "INVALID_ARGUMENT", "FIELD_INVALID"),
        ({"caller_number": "2025550123", "queue_id": ""}, "FAILED_PRECONDITION", "NO_QUEUE"),
    ],
)
def test_requests_that_cannot_be_taken_say_why(pb, calls, fields, code, reason):
    fields = {"queue_id": "sales", "request_id": request_id(), **fields}
    refused_with(
        pb, code, reason, calls.RequestCallback, pb.callback.RequestCallbackRequest(**fields)
    )
    assert not calls.ListCallbacks(pb.callback.ListCallbacksRequest()).callbacks


def test_an_anonymous_caller_who_keyed_in_a_number_is_taken(pb, calls):
    answer = calls.RequestCallback(
        pb.callback.RequestCallbackRequest(
            request_id=request_id(),
            queue_id="sales",
            presentation=pb.types.CALLER_ID_PRESENTATION_RESTRICTED,
            callback_number="202 555 0188 ext. 42",
            number_source=pb.types.NUMBER_SOURCE_KEYED_IN,
        )
    )
    assert (answer.number.e164, answer.number.extension) == ("+12025550188", "42")
    callback = calls.GetCallback(
        pb.callback.GetCallbackRequest(callback_id=answer.callback_id)
    ).callback
    assert not callback.caller.HasField("number")


def test_a_page_token_of_another_filter_is_refused(pb, calls):
    for n in range(3):
        calls.RequestCallback(
            pb.callback.RequestCallbackRequest(
                queue_id="sales", caller_number=f"202-555-01{n:02}"
            )
        )
    page = calls.ListCallbacks(pb.callback.ListCallbacksRequest(page_size=1))
    assert page.next_page_token
    refused_with(
        pb, "INVALID_ARGUMENT", "PAGE_TOKEN_INVALID", calls.ListCallbacks,
        pb.callback.ListCallbacksRequest(
            page_size=1, queue_id="sales", page_token=page.next_page_token
        ),
    )
    refused_with(
        pb, "INVALID_ARGUMENT", "PAGE_TOKEN_INVALID", calls.ListCallbacks,
        pb.callback.ListCallbacksRequest(page_token="gibberish"),
    )


def test_a_wrong_outcome_for_the_state_is_refused(pb, calls):
    taken = calls.RequestCallback(
        pb.callback.RequestCallbackRequest(queue_id="sales", caller_number="2025550111")
    )
    calls.CancelCallback(
        pb.callback.CancelCallbackRequest(callback_id=taken.callback_id)
    )
    refused_with(
        pb, "FAILED_PRECONDITION", "CALLBACK_STATE", calls.UpdateCallback,
        pb.callback.UpdateCallbackRequest(
            callback_id=taken.callback_id, note=pb.callback.NoteChange(note="too late")
        ),
    )


def test_an_import_with_bad_lines_takes_the_good_ones(daemon, pb):
    with daemon.channel() as channel:
        rows = [
            pb.admin.ImportRow(
                line=line, record_id=f"r{line}", record_class=kind, name=name, numbers=[number],
                region="US",
            )
            for line, kind, name, number in [
                (2, "lead", "Good Lead", "202 555 0101"),
                (3, "lead", "No Number", "12"),
                (4, "neighbour", "No Class", "202 555 0102"),
                (5, "customer", "Good Customer", "+1 202 555 0103"),
                (6, "customer", "", "202 555 0104"),
            ]
        ]
        answers = list(
            pb.admin_grpc.AdminServiceStub(channel).ImportDirectory(
                iter([pb.admin.ImportDirectoryRequest(rows=rows)])
            )
        )
        last = answers[-1]
        assert (last.imported, last.refused, last.committed_through) == (2, 3, 6)
        refused = [row for answer in answers for row in answer.refused_rows]
        assert [row.line for row in refused] == [3, 4, 6]
        assert all(row.message for row in refused)
        assert refused[0].reason == pb.options.REASON_NUMBER_IMPOSSIBLE
        found = pb.callback_grpc.CallbackServiceStub(channel).ResolveCaller(
            pb.callback.ResolveCallerRequest(number="(202) 555-0103", region="US")
        )
        assert [label.text for label in found.resolution.labels] == ["Customer"]
        assert found.resolution.card.kind == pb.types.CARD_KIND_CUSTOMER
