"""Every stream: what ends it, with which status, reason and detail, and how it goes on."""

import time
import zlib
from queue import Queue

import grpc
import pytest
from center import Connector, Desktop, Inbox, refusal
from contract import CODES, METHODS
from daemon import Daemon
from world import World


@pytest.fixture
def world(daemon, pb):
    made = World(daemon, pb)
    yield made
    made.close()


def ended_with(error, pb, reason: str):
    """Asserts how a stream ended, and gives the typed details."""
    assert isinstance(error, grpc.RpcError), error
    code, found, details = refusal(error, pb)
    assert (found, code) == (reason, CODES[reason])
    return details


def end_of(inbox: Inbox):
    """How a stream ends; what it says before is passed over."""
    while True:
        message = inbox.messages.get(timeout=60)
        if message is None or isinstance(message, grpc.RpcError):
            return message


def offers(world, session: str, *agents: str, **options):
    """An offers stream."""
    return world.calls.WatchOffers(
        world.c.WatchOffersRequest(session_id=session, agent_ids=agents), **options
    )


def outcomes(world, **fields):
    """An outcomes stream."""
    return world.calls.WatchOutcomes(world.c.WatchOutcomesRequest(**fields))


def next_outcome(stream):
    """The next outcome and the token after it."""
    return next(message for message in stream if message.WhichOneof("event") == "outcome")


# MARK: - Offers


def test_offers_of_an_agent_who_is_not_configured_are_refused(world, pb):
    ended_with(end_of(Inbox(offers(world, "desk", "nobody"))), pb, "AGENT_NOT_FOUND")


def test_a_second_offers_stream_of_a_session_ends_the_first(world, pb):
    agent = world.agent(world.queue())
    first = Inbox(offers(world, "desk", agent))
    first.until("synced", "event")
    second = Inbox(offers(world, "desk", agent))
    second.until("synced", "event")
    ended_with(end_of(first), pb, "STREAM_REPLACED")
    second.stream.cancel()


def test_a_cancelled_offers_stream_takes_its_agent_away(world, pb):
    desk = world.desk(world.queue())
    desk.inbox.stream.cancel()
    assert end_of(desk.inbox).code() == grpc.StatusCode.CANCELLED
    while world.calls.GetAgent(
        world.c.GetAgentRequest(agent_id=desk.agent_id)
    ).agent.sessions:
        time.sleep(0.01)


def test_an_offers_stream_ends_at_its_deadline(world, pb):
    agent = world.agent(world.queue())
    stream = Inbox(offers(world, "desk", agent, timeout=0.3))
    assert end_of(stream).code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_offers_begin_anew_after_a_restart(world, daemon, pb):
    queue = world.queue()
    desk = world.desk(queue)
    callback = world.callback(queue)
    offer = desk.offer()
    daemon.kill()
    assert end_of(desk.inbox).code() == grpc.StatusCode.UNAVAILABLE
    daemon.start()
    again = Inbox(offers(world, desk.session_id, desk.agent_id))
    snapshot = again.until("agent_snapshot", "event")
    assert snapshot.agent.agent_id == desk.agent_id
    if snapshot.HasField("offer"):
        assert snapshot.offer.offer_id == offer.offer_id
    assert offer.callback_id == callback
    again.stream.cancel()


# MARK: - Outcomes


def test_outcomes_go_on_from_any_token_also_over_a_restart(world, daemon, pb):
    queue = world.queue()
    stream = outcomes(world, since={"seconds": 0}, queue_id=queue)
    ids = [world.cancelled(queue) for _ in range(5)]
    seen = [next_outcome(stream) for _ in ids]
    assert [each.outcome.callback_id for each in seen] == ids
    stream.cancel()
    for at, message in enumerate(seen[:-1]):
        resumed = outcomes(world, resume_token=message.resume_token, queue_id=queue)
        assert next_outcome(resumed).outcome.callback_id == ids[at + 1]
        resumed.cancel()
    daemon.kill()
    daemon.start()
    world.channel.close()
    world.__init__(daemon, pb)
    resumed = outcomes(world, resume_token=seen[1].resume_token, queue_id=queue)
    assert [next_outcome(resumed).outcome.callback_id for _ in ids[2:]] == ids[2:]
    later = world.cancelled(world.queue(), caller_number="+12025550199")
    assert later
    resumed.cancel()


def test_outcomes_of_a_queue_that_is_not_there_do_not_begin_now(world, pb):
    queue = world.queue()
    callback = world.cancelled(queue)
    world.admin.DeleteQueue(world.a.DeleteQueueRequest(queue_id=queue))
    ended_with(end_of(Inbox(outcomes(world, queue_id=queue))), pb, "QUEUE_NOT_FOUND")
    # What came of it before is there.
    before = outcomes(world, since={"seconds": 0}, queue_id=queue)
    assert next_outcome(before).outcome.callback_id == callback
    before.cancel()


def test_a_checkpoints_token_is_as_good_as_an_outcomes(world, pb):
    queue, other = world.queue(), world.queue()
    stream = outcomes(world, queue_id=queue)
    assert next(stream).WhichOneof("event") == "checkpoint"
    world.cancelled(other)
    passed = next(stream)
    assert passed.WhichOneof("event") == "checkpoint"
    stream.cancel()
    callback = world.cancelled(queue)
    resumed = outcomes(world, resume_token=passed.resume_token, queue_id=queue)
    assert next_outcome(resumed).outcome.callback_id == callback
    resumed.cancel()


def test_a_token_of_another_log_is_refused(world, tmp_path_factory, pb):
    other = Daemon(tmp_path_factory.mktemp("o")).start()
    elsewhere = World(other, pb)
    token = next(outcomes(elsewhere)).resume_token
    elsewhere.close()
    assert other.stop() == 0
    ended_with(end_of(Inbox(outcomes(world, resume_token=token))), pb, "TOKEN_FOREIGN")
    events = world.admin.WatchEvents(world.a.WatchEventsRequest(resume_token=token))
    ended_with(end_of(Inbox(events)), pb, "TOKEN_FOREIGN")


def test_the_history_of_a_number_that_cannot_be_is_not_exported(world, pb):
    export = world.calls.ExportHistory(world.c.ExportHistoryRequest(number="12"))
    ended_with(end_of(Inbox(export)), pb, "NUMBER_IMPOSSIBLE")


def test_a_token_that_is_none_is_invalid(world, pb):
    ended_with(end_of(Inbox(outcomes(world, resume_token="gibberish"))), pb, "FIELD_INVALID")


def test_an_outcomes_stream_ends_at_its_deadline_and_when_cancelled(world, pb):
    stream = world.calls.WatchOutcomes(world.c.WatchOutcomesRequest(), timeout=0.3)
    assert end_of(Inbox(stream)).code() == grpc.StatusCode.DEADLINE_EXCEEDED
    stream = outcomes(world)
    next(stream)
    stream.cancel()
    assert end_of(Inbox(stream)).code() == grpc.StatusCode.CANCELLED


# MARK: - Dialling


def test_a_second_stream_of_a_connector_ends_the_first(world, pb):
    first = world.connector("switch")
    world.connector("switch")
    ended_with(end_of(first.inbox), pb, "STREAM_REPLACED")


def test_a_connector_that_says_nothing_is_ended(world, pb):
    # Three heartbeats of ten seconds.
    ended_with(end_of(world.connector().inbox), pb, "STREAM_SILENT")


def test_a_connector_must_say_hello_first_and_once(world, pb):
    def said(*messages):
        channel = world.daemon.channel()
        stream = pb.dialer_grpc.DialerServiceStub(channel).Dial(iter(messages))
        end = end_of(Inbox(stream))
        channel.close()
        return end

    heartbeat = world.d.DialRequest(heartbeat=world.d.DialHeartbeat())
    hello = world.d.DialRequest(hello=world.d.DialHello(dialer_id="twice", instance="1"))
    assert refusal(said(heartbeat), pb)[0] == grpc.StatusCode.INVALID_ARGUMENT
    ended_with(said(hello, hello), pb, "FIELD_INVALID")


def test_what_a_connector_left_is_asked_about_after_a_restart(world, daemon, pb):
    queue = world.queue(dialing=world.t.DIALING_MODE_CONNECTOR)
    connector, desk = world.connector("switch"), world.desk(queue)
    world.callback(queue)
    desk.accept(desk.offer())
    command = connector.command()
    assert connector.claim(command.attempt_id)
    daemon.kill()
    assert end_of(connector.inbox).code() == grpc.StatusCode.UNAVAILABLE
    daemon.start()
    back = Connector(daemon, pb, "switch")
    assert back.inbox.until("query", "message").attempt_id == command.attempt_id
    back.close()


def test_only_so_many_connectors_attach(world, pb):
    for _ in range(64):
        world.connector()
    stream = pb.dialer_grpc.DialerServiceStub(world.channel).Dial(
        iter([world.d.DialRequest(hello=world.d.DialHello(dialer_id="one-more", instance="1"))])
    )
    ended_with(end_of(Inbox(stream)), pb, "TOO_MANY")
    # One that is attached may come again.
    first = world.admin.ListDialers(world.a.ListDialersRequest()).dialers[0].dialer_id
    world.connector(first)


def test_only_so_many_desktops_watch_an_agent(world, pb):
    agent = world.agent()
    for at in range(16):
        Inbox(offers(world, f"desk-{at}", agent)).until("synced", "event")
    ended_with(end_of(Inbox(offers(world, "desk-17", agent))), pb, "TOO_MANY")


# MARK: - Deadlines and cancellation


def opening(world) -> dict:
    """How each stream is opened: what is sent, and whether it ends by itself."""
    hello = world.d.DialRequest(
        hello=world.d.DialHello(dialer_id=world.name("dialer"), instance="1")
    )
    agent = world.agent()
    return {
        "CallbackService/WatchOffers": world.c.WatchOffersRequest(
            session_id=world.name("desk"), agent_ids=[agent]
        ),
        "CallbackService/WatchOutcomes": world.c.WatchOutcomesRequest(),
        "CallbackService/ReportOutcomes": None,
        "CallbackService/ExportHistory": world.c.ExportHistoryRequest(),
        "AdminService/WatchEvents": world.a.WatchEventsRequest(),
        "AdminService/ImportDirectory": None,
        "AdminService/ExportDirectory": world.a.ExportDirectoryRequest(),
        "AdminService/Backup": world.a.BackupRequest(),
        "DialerService/Dial": hello,
    }


# Those whose whole answer is on its way before a deadline in the future could pass.
SHORT = {"CallbackService/ExportHistory", "AdminService/ExportDirectory", "AdminService/Backup"}
STREAMS = sorted(name for name, method in METHODS.items() if not method.is_unary)


def opened(world, name: str, timeout: float):
    """A stream that its client does not end, and what lets that client go."""
    request, outbox = opening(world)[name], Queue()
    if not METHODS[name].streams[0]:
        return world.method(name, world.channel)(request, timeout=timeout), outbox
    if request:
        outbox.put(request)
    return world.method(name, world.channel)(iter(outbox.get, None), timeout=timeout), outbox


def test_every_stream_is_opened_here(world):
    assert sorted(opening(world)) == STREAMS


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_ends_at_its_deadline(world, name):
    stream, outbox = opened(world, name, -1 if name in SHORT else 0.3)
    assert end_of(Inbox(stream)).code() == grpc.StatusCode.DEADLINE_EXCEEDED
    outbox.put(None)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_ends_when_it_is_cancelled(world, name):
    end = None
    # One that ends by itself may have done so before it is cancelled: then another is.
    for _ in range(100 if name in SHORT else 1):
        stream, outbox = opened(world, name, 60)
        stream.cancel()
        end = end_of(Inbox(stream))
        outbox.put(None)
        if end is not None:
            break
    assert end.code() == grpc.StatusCode.CANCELLED
    # Nothing of it is left over.
    while world.admin.ListDialers(world.a.ListDialersRequest()).dialers:
        time.sleep(0.01)


# MARK: - Copies


def test_a_copy_is_whole_when_it_says_so(world, pb):
    parts = list(world.admin.Backup(world.a.BackupRequest()))
    assert parts[0].file.name == "log.db" and parts[-1].WhichOneof("part") == "end"
    chunks = [part.chunk.data for part in parts if part.WhichOneof("part") == "chunk"]
    assert sum(map(len, chunks)) == parts[-1].end.bytes
    assert max(map(len, chunks)) <= 32 * 1024
    packed = b"".join(chunks)
    assert zlib.crc32(packed) == parts[-1].end.crc32


def test_every_record_is_exported(world):
    records = {world.record() for _ in range(3)}
    answers = world.admin.ExportDirectory(world.a.ExportDirectoryRequest())
    assert records == {row.record_id for answer in answers for row in answer.rows}


def test_outcomes_are_reported_many_at_a_time(world):
    attempts = [world.attempt()[1] for _ in range(3)]
    reports = [
        world.c.ReportOutcomeRequest(
            request_id=world.name("report"), report=world.call_report(attempt, "ANSWERED")
        )
        for attempt in attempts
    ]
    answers = world.calls.ReportOutcomes(
        iter([world.c.ReportOutcomesRequest(reports=reports)] * 2)
    )
    first, again = list(answers)
    assert len(first.results) == 3
    # Repeated, they are true at a later position; what was taken is the same.
    assert [(r.taken.state, r.taken.outcome) for r in again.results] == [
        (r.taken.state, r.taken.outcome) for r in first.results
    ]


def test_rows_that_are_imported_again_change_nothing(world):
    row = world.a.ImportRow(
        line=1, record_id="C-1", record_class="customer", name="Ann",
        numbers=["+12025550177"], region="US",
    )
    first, again = list(
        world.admin.ImportDirectory(iter([world.a.ImportDirectoryRequest(rows=[row])] * 2))
    )
    assert (first.committed_through, again.committed_through) == (1, 1)
    (kept,) = list(world.admin.ExportDirectory(world.a.ExportDirectoryRequest()))
    assert [each.record_id for each in kept.rows] == ["C-1"]


# MARK: - The end of the daemon


def test_a_daemon_that_stops_says_so_on_every_stream(daemon, pb):
    world = World(daemon, pb)
    desk, connector = Desktop(daemon, pb, world.agent(world.queue())), world.connector()
    watched = Inbox(outcomes(world))
    token = watched.next().resume_token
    assert daemon.stop() == 0
    ended_with(end_of(desk.inbox), pb, "STOPPING")
    ended_with(end_of(connector.inbox), pb, "STOPPING")
    (detail,) = ended_with(end_of(watched), pb, "STOPPING")
    info = pb.errors.ResumeInfo.FromString(detail.value)
    world.channel.close()
    daemon.start()
    world = World(daemon, pb)
    callback = world.cancelled()
    for resumed in (outcomes(world, resume_token=info.resume_token),
                    outcomes(world, resume_token=token)):
        assert next_outcome(resumed).outcome.callback_id == callback
        resumed.cancel()
    world.close()
