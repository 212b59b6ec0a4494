"""A directory that cannot be read, is damaged, or has no such question: every method that asks it
says so, and whoever needs no directory is served."""

import contextlib
import pathlib
import sqlite3

import grpc
import pytest
from center import refusal
from contract import CODES, METHODS
from daemon import Daemon
from world import World

NUMBER = "+12025550177"


def rows(world, count: int):
    """So many customers, for an import."""
    return [
        world.a.ImportRow(
            line=line + 1, record_id=f"C-{line}", record_class="customer",
            name=f"Customer {line} {'x' * 90}", numbers=[f"+1202556{line:04}"], region="US",
        )
        for line in range(count)
    ]


def asking(world) -> dict:
    """What asks the directory, by method."""
    a, c = world.a, world.c
    return {
        "CallbackService/SearchRecords": c.SearchRecordsRequest(query="(202) 556-0900"),
        "CallbackService/GetRecord": c.GetRecordRequest(record_id="C-900"),
        "CallbackService/StartLead": c.StartLeadRequest(name="Nina New", number=NUMBER),
        "CallbackService/MatchCaller": c.MatchCallerRequest(record_id="C-901", number=NUMBER),
        "CallbackService/UnmatchCaller": c.UnmatchCallerRequest(record_id="C-902", number=NUMBER),
        "AdminService/ImportDirectory": a.ImportDirectoryRequest(rows=rows(world, 3)),
        "AdminService/ExportDirectory": a.ExportDirectoryRequest(),
        "AdminService/ForgetCaller": a.ForgetCallerRequest(number="+12025560903"),
        "AdminService/Backup": a.BackupRequest(),
    }


def ask(world, name: str, request) -> None:
    """Makes a call of any kind to its end."""
    answer = world.method(name, world.channel)(
        iter([request]) if METHODS[name].streams[0] else request, timeout=60
    )
    if METHODS[name].streams[1]:
        list(answer)


def refused(world, name: str, request) -> tuple:
    """The status and the reason that a call ends with."""
    with pytest.raises(grpc.RpcError) as caught:
        ask(world, name, request)
    return refusal(caught.value, world.pb)[:2]


@pytest.fixture
def filled(tmp_path_factory, pb):
    """A daemon with a thousand customers, none of whom it has looked at since it started."""
    daemon = Daemon(pathlib.Path(tmp_path_factory.mktemp("f"))).start()
    world = World(daemon, pb)
    requests = (
        world.a.ImportDirectoryRequest(rows=rows(world, 1000)[at:at + 200])
        for at in range(0, 1000, 200)
    )
    assert [answer.refused for answer in world.admin.ImportDirectory(requests)] == [0] * 5
    world.close()
    assert daemon.stop() == 0
    # All of it is in the file itself.
    with contextlib.closing(sqlite3.connect(daemon.data / "directory.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield daemon.start()
    assert daemon.stop() == 0, daemon.log.read_text()


@contextlib.contextmanager
def failing_reads(daemon, path: pathlib.Path):
    """Every read of a file fails, as on a file system whose server is gone."""
    tracer = daemon.trace(path, "-e", "inject=pread64:error=ESTALE")
    yield
    tracer.terminate()
    tracer.wait()


def test_a_directory_that_cannot_be_read_does_not_answer_and_recovers_by_itself(filled, pb):
    world = World(filled, pb)
    requests = asking(world)
    reason = "DIRECTORY_UNAVAILABLE"
    with failing_reads(filled, filled.data / "directory.db"):
        for name, request in requests.items():
            assert refused(world, name, request) == (CODES[reason], reason), name
        # Callbacks need no directory.
        assert world.callback()
    for name, request in requests.items():
        ask(world, name, request)
    world.close()


def test_a_damaged_directory_is_told_as_damaged(filled, pb):
    world = World(filled, pb)
    file = filled.data / "directory.db"
    with open(file, "r+b") as damaged:
        size = file.stat().st_size
        # The schema, which every connection has read, is at the beginning.
        damaged.seek(32 * 1024)
        damaged.write(b"\xa5" * (size - 32 * 1024))
    reason = "DIRECTORY_DAMAGED"
    for name, request in asking(world).items():
        if reason in METHODS[name].reasons:
            assert refused(world, name, request) == (CODES[reason], reason), name
    assert world.callback()
    world.close()


def test_a_directory_that_has_no_such_question_says_so(tmp_path_factory, pb):
    folder = pathlib.Path(tmp_path_factory.mktemp("h"))
    config = folder / "config.yaml"
    config.write_text(
        "directory:\n  adapters:\n    - kind: http\n      name: contacts\n"
        "      lookup: {url: \"http://127.0.0.1:9/?phone={e164}\"}\n      answer: {id: id}\n"
    )
    daemon = Daemon(folder, "--config", str(config)).start()
    world = World(daemon, pb)
    reason = "DIRECTORY_REFUSED"
    for name, request in asking(world).items():
        if reason in METHODS[name].reasons:
            assert refused(world, name, request) == (CODES[reason], reason), name
    world.close()
    assert daemon.stop() == 0, daemon.log.read_text()
