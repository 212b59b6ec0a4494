"""Every unary method: success, the same request again, another under the same id, every documented
refusal with its status, reason and detail; bytes that are no message; time that is over."""

import grpc
import pytest
from center import refusal, request_id
from contract import CODES, METHODS
from refusals import REFUSALS
from valid import REQUESTS
from world import World

UNARY = sorted(name for name, method in METHODS.items() if method.is_unary)
CHANGES = sorted(
    name for name, method in METHODS.items() if method.is_unary and method.mutates
)
# What a refusal carries beside its reason.
DETAILS = {
    "OFFER_CLOSED": "callback.v1.OfferClosed",
    **dict.fromkeys(
        (
            "NO_CALLBACK_NUMBER", "OWN_NUMBER", "PREMIUM_NUMBER", "EMERGENCY_NUMBER",
            "CLASS_NOT_ACCEPTED", "EXCLUDED_NUMBER", "NO_QUEUE", "QUEUE_FULL", "QUEUE_CLOSED",
        ),
        "callback.v1.GuardRefused",
    ),
}


@pytest.fixture(scope="module")
def world(shared_daemon, pb):
    made = World(shared_daemon, pb)
    yield made
    made.close()


def test_every_method_has_a_request_that_is_taken():
    assert sorted(REQUESTS) == UNARY


@pytest.mark.parametrize("name", UNARY)
def test_success(world, name):
    answer = world.invoke(name, REQUESTS[name](world))
    assert answer.DESCRIPTOR.full_name == METHODS[name].response
    if METHODS[name].mutates and "log_position" in answer.DESCRIPTOR.fields_by_name:
        assert answer.log_position > 0


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_request_again_gives_the_same_answer(world, name):
    request = REQUESTS[name](world)
    request.request_id = request_id()
    assert_repeated(world.invoke(name, request), world.invoke(name, request))


def assert_repeated(answer, again) -> None:
    """Asserts that an answer was given again: it is the same, and true at the position where the log
    is by then. Others who use the daemon, and time, move that on."""
    if "log_position" in answer.DESCRIPTOR.fields_by_name:
        assert 0 < answer.log_position <= again.log_position
        again.log_position = answer.log_position
    assert again == answer


@pytest.mark.parametrize("name", CHANGES)
def test_another_request_under_the_same_id_is_refused(world, name):
    first, second = REQUESTS[name](world), REQUESTS[name](world)
    assert first != second
    first.request_id = second.request_id = request_id()
    world.invoke(name, first)
    refused_with(world, name, second, "REQUEST_ID_REUSED")


@pytest.mark.parametrize("name, reason", sorted(REFUSALS), ids=str)
def test_refusal(world, name, reason):
    refused_with(world, name, REFUSALS[name, reason](world), reason)


def refused_with(world, name: str, request, reason: str) -> None:
    """Asserts that a call is refused for a reason, with the status and the detail that go with it."""
    with pytest.raises(grpc.RpcError) as caught:
        world.invoke(name, request)
    code, found, details = refusal(caught.value, world.pb)
    assert (found, code) == (reason, CODES[reason])
    assert caught.value.details()
    assert [detail.TypeName() for detail in details] == (
        [DETAILS[reason]] if reason in DETAILS else []
    ) or reason == "NUMBER_IMPOSSIBLE"
    for detail in details:
        if detail.TypeName().endswith("GuardRefused"):
            guard = world.pb.errors.GuardRefused.FromString(detail.value).guard
            assert world.pb.options.Reason.Name(guard) == f"REASON_{reason}"


@pytest.mark.parametrize("name", sorted(METHODS))
def test_bytes_that_are_no_message_are_refused(world, name):
    method = METHODS[name]
    assert refused_bytes(world, method, b"\x0a\x05ab") == (
        grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE",
    )


def refused_bytes(world, method, packed: bytes):
    """The status and the reason with which a method refuses bytes."""
    call = raw(world, method)
    with pytest.raises(grpc.RpcError) as caught:
        if method.streams[0]:
            for _ in call(iter([packed]), timeout=20):
                pass
        elif method.streams[1]:
            for _ in call(packed, timeout=20):
                pass
        else:
            call(packed, timeout=20)
    return refusal(caught.value, world.pb)[:2]


def raw(world, method):
    """The callable of a method that takes bytes."""
    make = {
        (False, False): world.channel.unary_unary,
        (False, True): world.channel.unary_stream,
        (True, True): world.channel.stream_stream,
    }[method.streams]
    return make(method.path, request_serializer=bytes, response_deserializer=bytes)


@pytest.mark.parametrize("name", UNARY)
def test_a_message_above_the_limit_is_refused(world, name):
    with pytest.raises(grpc.RpcError) as caught:
        raw(world, METHODS[name])(b"\xfa\xff\xff\x0f\x80\x80\x08" + b"x" * 131_072, timeout=20)
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("name", UNARY)
def test_a_deadline_that_has_passed_changes_nothing(world, name):
    request = REQUESTS[name](world)
    before = world.admin.ListQueues(world.a.ListQueuesRequest()).log_position
    with pytest.raises(grpc.RpcError) as caught:
        world.method(name, world.channel)(request, timeout=-1)
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert world.admin.ListQueues(world.a.ListQueuesRequest()).log_position >= before


def cancelled(world, name: str, request) -> None:
    """Makes a call until one is cancelled before its answer is there."""
    while True:
        future = world.method(name, world.channel).future(request, timeout=20)
        future.cancel()
        if future.cancelled():
            with pytest.raises(grpc.FutureCancelledError):
                future.result()
            return


@pytest.mark.parametrize("name", sorted(set(UNARY) - set(CHANGES)))
def test_a_call_that_was_cancelled_is_over(world, name):
    request = REQUESTS[name](world)
    cancelled(world, name, request)
    assert world.invoke(name, request)


@pytest.mark.parametrize("name", CHANGES)
def test_a_call_that_was_cancelled_can_be_repeated(world, name):
    request = REQUESTS[name](world)
    request.request_id = request_id()
    cancelled(world, name, request)
    # Whether it was carried out is not known; with the same id the repetition is safe.
    assert_repeated(world.invoke(name, request), world.invoke(name, request))
