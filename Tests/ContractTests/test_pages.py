"""Pages: every list in pages of every size gives everything once, and its tokens are its own."""

import os

import grpc
import pytest
from center import refusal
from world import World

COUNT = 7


@pytest.fixture(scope="module")
def world(shared_daemon, pb):
    made = World(shared_daemon, pb)
    yield made
    made.close()


# By method: how something to be listed is made, the field that lists it, the field of its id.
LISTS = {
    "AdminService/ListQueues": (lambda w: w.queue(), "queues", "queue_id"),
    "AdminService/ListAgentConfigs": (lambda w: w.agent(), "agents", "agent_id"),
    "AdminService/ListLocations": (lambda w: w.location(), "locations", "location_id"),
    "AdminService/ListNumbers": (lambda w: w.dialled(), "numbers", "number"),
    "AdminService/ListExclusions": (lambda w: w.exclusion().number, "exclusions", "number"),
    "AdminService/ListInactiveReasons": (lambda w: w.reason().reason_id, "reasons", "reason_id"),
    "CallbackService/ListAgents": (lambda w: w.agent(), "agents", "agent_id"),
    "CallbackService/ListCallbacks": (lambda w: w.callback(), "callbacks", "callback_id"),
}


def pages(world, name: str, size: int):
    """The items of every page."""
    from contract import METHODS

    request = world.type(METHODS[name].request)(page_size=size)
    while True:
        answer = world.invoke(name, request)
        yield list(getattr(answer, LISTS[name][1]))
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


@pytest.mark.parametrize("name", sorted(LISTS))
def test_pages_give_everything_once(world, name):
    make, _, key = LISTS[name]
    made = {make(world) for _ in range(COUNT)}
    whole = [getattr(item, key) for page in pages(world, name, 500) for item in page]
    assert made <= set(whole) and len(whole) == len(set(whole))
    for size in (3, 20, 499):
        each = list(pages(world, name, size))
        assert [getattr(item, key) for page in each for item in page] == whole
        assert all(len(page) <= size for page in each)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_what_is_added_while_paging_breaks_no_page(world, name):
    make, _, key = LISTS[name]
    before = {make(world) for _ in range(3)}
    found = []
    for page in pages(world, name, 2):
        found += [getattr(item, key) for item in page]
        if len(found) < 20:
            make(world)
    assert before <= set(found) and len(found) == len(set(found))


def test_a_token_is_good_for_its_own_list_only(world):
    for _ in range(2):
        world.queue()
        world.location()
    token = world.admin.ListQueues(world.a.ListQueuesRequest(page_size=1)).next_page_token
    with pytest.raises(grpc.RpcError) as caught:
        world.admin.ListLocations(world.a.ListLocationsRequest(page_token=token))
    assert refusal(caught.value, world.pb)[1] == "PAGE_TOKEN_INVALID"


def test_a_page_is_never_larger_than_allowed(world):
    with pytest.raises(grpc.RpcError) as caught:
        world.admin.ListQueues(world.a.ListQueuesRequest(page_size=1_000_000))
    assert refusal(caught.value, world.pb)[1] == "FIELD_INVALID"


def test_the_history_of_a_number_comes_in_pages(world):
    number = world.number()
    ids = [world.cancelled(caller_number=number) for _ in range(5)]
    found, request = [], world.c.GetCallerHistoryRequest(number=number, page_size=2)
    while True:
        answer = world.calls.GetCallerHistory(request)
        found += [entry.callback.callback.callback_id for entry in answer.entries]
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert found == ids[::-1]


def test_why_nobody_has_a_callback_comes_in_pages(world):
    queue = world.queue()
    agents = {world.agent(queue) for _ in range(5)}
    found, request = [], world.c.ExplainCallbackRequest(
        callback_id=world.callback(queue), page_size=2
    )
    while True:
        answer = world.calls.ExplainCallback(request)
        found += [agent.agent_id for agent in answer.agents]
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert set(found) == agents and len(found) == len(agents)


def test_forgettings_come_in_pages_without_their_numbers(world):
    numbers = [world.number() for _ in range(5)]
    for number in numbers:
        world.cancelled(caller_number=number)
        world.admin.ForgetCaller(world.a.ForgetCallerRequest(number=number))
    whole = world.admin.ListForgettings(world.a.ListForgettingsRequest(page_size=500))
    assert [entry.history_callbacks for entry in whole.forgettings[-5:]] == [1] * 5
    assert all(entry.actor_uid == os.getuid() for entry in whole.forgettings)
    times = [entry.forgotten_at.ToNanoseconds() for entry in whole.forgettings]
    assert times == sorted(times) and not whole.next_page_token
    assert not any(number[2:].encode() in whole.SerializeToString() for number in numbers)
    found, request = [], world.a.ListForgettingsRequest(page_size=2)
    while True:
        answer = world.admin.ListForgettings(request)
        found += answer.forgettings
        if not answer.next_page_token:
            break
        assert len(answer.forgettings) == 2
        request.page_token = answer.next_page_token
    assert found == list(whole.forgettings)
