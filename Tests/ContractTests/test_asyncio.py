"""The same from asyncio: every method, every refusal, streams that end, are cancelled and go on."""

import asyncio

import grpc
import pytest
from center import refusal, request_id
from contract import CODES, METHODS
from refusals import REFUSALS
from valid import REQUESTS
from world import World


@pytest.fixture(scope="module")
def world(shared_daemon, pb):
    made = World(shared_daemon, pb)
    yield made
    made.close()


def run(world, body):
    """Runs a coroutine function with an asyncio channel to the daemon."""

    async def inside():
        async with grpc.aio.insecure_channel(world.daemon.target) as channel:
            await asyncio.wait_for(body(channel), timeout=60)

    asyncio.run(inside())


def test_every_unary_method_succeeds(world):
    # What requests are about is made first: the stubs that make it are not asyncio's.
    requests = {name: make(world) for name, make in REQUESTS.items()}

    async def body(channel):
        for name, request in requests.items():
            answer = await world.method(name, channel)(request, timeout=20)
            assert answer.DESCRIPTOR.full_name == METHODS[name].response

    run(world, body)


@pytest.mark.parametrize("name", sorted({name for name, _ in REFUSALS}))
def test_every_refusal_names_its_reason(world, name):
    requests = {reason: make(world) for (each, reason), make in REFUSALS.items() if each == name}

    async def body(channel):
        for reason, request in requests.items():
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await world.method(name, channel)(request, timeout=20)
            assert refusal(caught.value, world.pb)[:2] == (CODES[reason], reason)

    run(world, body)


def test_many_calls_at_once_are_each_carried_out_once(world):
    queue, c = world.queue(), world.c
    requests = [
        c.RequestCallbackRequest(
            request_id=request_id(), queue_id=queue, caller_number=world.number()
        )
        for _ in range(50)
    ]

    async def body(channel):
        call = world.method("CallbackService/RequestCallback", channel)
        answers = await asyncio.gather(*(call(each) for each in requests + requests))
        assert len({answer.callback_id for answer in answers}) == len(requests)

    run(world, body)


def test_a_stream_goes_on_from_its_token_after_it_was_cancelled(world):
    queue, c = world.queue(), world.c
    ids = [world.cancelled(queue) for _ in range(3)]

    async def body(channel):
        watch = world.method("CallbackService/WatchOutcomes", channel)

        async def read(request, count: int):
            stream, found = watch(request), []
            async for message in stream:
                if message.WhichOneof("event") == "outcome":
                    found.append(message)
                if len(found) == count:
                    stream.cancel()
                    return found

        (first,) = await read(c.WatchOutcomesRequest(since={"seconds": 0}, queue_id=queue), 1)
        assert first.outcome.callback_id == ids[0]
        rest = await read(
            c.WatchOutcomesRequest(resume_token=first.resume_token, queue_id=queue), 2
        )
        assert [each.outcome.callback_id for each in rest] == ids[1:]

    run(world, body)


def test_deadlines_and_cancelled_tasks_end_streams(world):
    agent = world.agent(world.queue())
    request = world.c.WatchOffersRequest(session_id=world.name("desk"), agent_ids=[agent])

    async def body(channel):
        watch = world.method("CallbackService/WatchOffers", channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            async for _ in watch(request, timeout=0.3):
                pass
        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED

        async def read():
            async for _ in watch(request):
                pass

        reading = asyncio.create_task(read())
        while not await sessions(channel):
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        while await sessions(channel):
            await asyncio.sleep(0.01)

    async def sessions(channel) -> int:
        get = world.method("CallbackService/GetAgent", channel)
        return (await get(world.c.GetAgentRequest(agent_id=agent))).agent.sessions

    run(world, body)
