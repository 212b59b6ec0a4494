"""How long a callback waits: for one that waits, for one that nobody has asked for yet, with the
answer to a request, and why nobody can tell."""

import pytest
from refusals import REFUSALS, REQUEST
from world import World

# What a guard refuses is an answer; what is no request at all is an error.
GUARDS = sorted(
    reason for name, reason in REFUSALS
    if name == REQUEST and not reason.endswith("NOT_FOUND") and reason != "REQUEST_ID_REUSED"
)


@pytest.fixture(scope="module")
def world(shared_daemon, pb):
    made = World(shared_daemon, pb)
    yield made
    made.close()


def estimate(world, **asked):
    """What EstimateWait answers."""
    return world.calls.EstimateWait(world.c.EstimateWaitRequest(**asked))


def lengths(estimate):
    """The interval in seconds."""
    return [
        getattr(estimate, name).ToTimedelta().total_seconds()
        for name in ("earliest", "median", "latest")
    ]


def busy_queue(world) -> str:
    """A queue with one agent, who talks to a caller."""
    queue = world.queue()
    desk = world.desk(queue)
    world.callback(queue)
    desk.accept(desk.offer())
    return queue


@pytest.mark.parametrize("reason", GUARDS)
def test_what_a_guard_refuses_is_an_answer(world, reason):
    answer = estimate(world, request=REFUSALS[REQUEST, reason](world))
    assert not answer.admissible and not answer.HasField("estimate")
    info = world.pb.details.ErrorInfo()
    assert answer.refusal.details[0].Unpack(info)
    assert info.reason == reason


def test_a_request_would_be_taken_and_is_not_made(world):
    queue = busy_queue(world)
    asked = world.request(queue)
    answer = estimate(world, request=asked)
    assert answer.admissible and not answer.would_merge and not answer.callback_id
    assert (answer.queue_id, answer.ahead) == (queue, 0)
    earliest, median, latest = lengths(answer.estimate)
    assert 0 < earliest < median < latest
    assert answer.estimate.model == world.c.WAIT_MODEL_DEPARTURES
    assert answer.estimate.agents == 1
    assert world.calls.ListCallbacks(
        world.c.ListCallbacksRequest(queue_id=queue, states=[world.t.CALLBACK_STATE_QUEUED])
    ).callbacks == []


def test_the_answer_to_a_request_says_the_same(world):
    queue = busy_queue(world)
    asked = world.request(queue)
    told = estimate(world, request=asked).estimate
    asked.validate_only = True
    assert world.calls.RequestCallback(asked).estimate == told
    asked.validate_only = False
    taken = world.calls.RequestCallback(asked)
    assert taken.estimate == told
    waiting = estimate(world, callback_id=taken.callback_id)
    assert waiting.admissible and waiting.estimate == told
    assert (waiting.callback_id, waiting.queue_id) == (taken.callback_id, queue)
    second = estimate(world, request=asked)
    assert second.would_merge and second.callback_id == taken.callback_id
    assert second.estimate == told


def test_who_comes_later_waits_longer(world):
    queue = busy_queue(world)
    first, second = world.callback(queue), world.callback(queue)
    one, two = (estimate(world, callback_id=each) for each in (first, second))
    assert (one.ahead, two.ahead) == (0, 1)
    assert lengths(one.estimate) < lengths(two.estimate)


def test_a_free_agent_means_no_wait(world):
    queue = world.queue()
    world.desk(queue)
    answer = estimate(world, request=world.request(queue))
    assert lengths(answer.estimate) == [0, 0, 0]
    assert answer.estimate.HasField("median")


def test_nobody_can_tell_without_agents_and_says_why(world):
    queue = world.queue()
    said = estimate(world, request=world.request(queue)).estimate
    assert said.unknown == world.c.EXPLAIN_REASON_NO_MEMBERS
    world.agent(queue)
    said = estimate(world, request=world.request(queue)).estimate
    assert said.unknown == world.c.EXPLAIN_REASON_OFFLINE
    assert not said.HasField("latest") and said.model == world.c.WAIT_MODEL_UNSPECIFIED
    finished = estimate(world, callback_id=world.cancelled(queue)).estimate
    assert finished.unknown == world.c.EXPLAIN_REASON_ENDED


def test_nothing_comes_before_its_time(world):
    queue = world.queue()
    world.desk(queue)
    asked = world.request(queue)
    asked.not_before.GetCurrentTime()
    asked.not_before.seconds += 3600
    answer = estimate(world, request=asked)
    assert 3500 < lengths(answer.estimate)[0] <= 3600
    assert answer.eligible_at.seconds == asked.not_before.seconds


def test_a_question_about_nothing_is_refused(world):
    from test_methods import refused_with

    refused_with(
        world, "CallbackService/EstimateWait", world.c.EstimateWaitRequest(), "FIELD_MISSING"
    )
