"""The log in the data directory, as operators look after it."""

import json
import os
import signal
import subprocess
import tarfile
import zlib

import grpc
import pytest
from center import Operator, half_forget, refusal, request_id
from ctl import ctl, ctl_json
from daemon import BINARIES, Daemon
from users import OpenFolder
from world import World


def ask(daemon, pb, *numbers: str) -> list[str]:
    """Requests a callback for each number; gives their ids."""
    with daemon.channel() as channel:
        Operator(channel, pb).queue("sales")
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        return [
            calls.RequestCallback(
                pb.callback.RequestCallbackRequest(
                    request_id=request_id(), queue_id="sales", caller_number=number
                )
            ).callback_id
            for number in numbers
        ]


def matches(daemon, pb, number: str) -> list[str]:
    """The records of a number."""
    with daemon.channel() as channel:
        found = pb.callback_grpc.CallbackServiceStub(channel).ResolveCaller(
            pb.callback.ResolveCallerRequest(number=number)
        )
    return [match.record_id for match in found.resolution.matches]


def test_a_log_is_verified_while_the_daemon_writes_and_after_it(daemon, pb):
    ask(daemon, pb, "+12025550101", "+12025550102")
    living = ctl_json("log", "verify", "--data", daemon.data)
    assert living["callbacks"] == 2
    assert int(living["position"]) == living["records"] > 2
    assert daemon.stop() == 0
    closed = ctl_json("log", "verify", "--data", daemon.data)
    assert closed["lineage"] == living["lineage"]
    assert closed["snapshot"] == closed["position"]
    daemon.start()


def test_any_moment_of_the_log_replays_to_the_same_bytes(daemon, pb):
    first, second = ask(daemon, pb, "+12025550101", "+12025550102")
    positions = range(int(ctl_json("log", "verify", "--data", daemon.data)["position"]) + 1)

    def replay(until) -> str:
        return ctl("log", "replay", "--until", str(until), "--data", daemon.data, "--json").stdout

    before = [replay(position) for position in positions]
    assert len(set(before)) == len(before)
    waiting = [[number in text for number in ("+12025550101", "+12025550102")] for text in before]
    assert [True, False] in waiting and waiting == sorted(waiting), "one after the other"
    assert waiting[0] == [False, False] and waiting[-1] == [True, True]
    head = ctl("log", "replay", "--data", daemon.data).stdout
    assert first in head and second in head and "+12025550102" in head and "queued" in head
    daemon.kill()
    daemon.start()
    assert [replay(position) for position in positions] == before
    late = replay("2999-01-01T00:00:00Z")
    assert late == replay(ctl_json("log", "verify", "--data", daemon.data)["position"])
    assert replay("2001-01-01T00:00:00Z") == before[0]
    refused = ctl("log", "replay", "--until", "999999", "--data", daemon.data, code=1)
    assert "the log ends at" in refused.stderr
    ctl("log", "replay", "--until", "soon", "--data", daemon.data, code=2)


def test_a_damaged_log_is_named_and_refused(daemon, pb):
    ask(daemon, pb, "+12025550101")
    assert daemon.stop() == 0
    log = daemon.data / "log.db"
    whole = log.read_bytes()
    log.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    words = ctl("log", "verify", "--data", daemon.data, code=1).stderr
    assert "damaged" in words and "Restore a backup" in words
    log.write_bytes(whole)
    daemon.start()


def test_a_backup_is_taken_while_the_daemon_works_and_restored_elsewhere(daemon, pb, tmp_path):
    (kept,) = ask(daemon, pb, "+12025550101")
    callers = tmp_path / "callers.csv"
    callers.write_text("id,class,name,phone\nC-1,customer,Ann,+12025550101\n")
    ctl("directory", "import", callers, daemon=daemon)
    backup = tmp_path / "backup.tar"
    taken = ctl_json("backup", backup, daemon=daemon)
    assert backup.stat().st_mode & 0o777 == 0o600
    (later,) = ask(daemon, pb, "+12025550102")

    other = Daemon(tmp_path / "other")
    # Also in a directory that everybody may read.
    other.data.mkdir(parents=True, exist_ok=True)
    other.data.chmod(0o755)
    ctl("restore", backup, "--data", other.data)
    for name in ["log.db", "directory.db"]:
        assert (other.data / name).stat().st_mode & 0o777 == 0o600, name
    assert ctl_json("log", "verify", "--data", other.data)["position"] == taken["logPosition"]
    other.start()
    try:
        with other.channel() as channel:
            calls = pb.callback_grpc.CallbackServiceStub(channel)
            found = calls.GetCallback(pb.callback.GetCallbackRequest(callback_id=kept))
            assert found.callback.state == pb.types.CALLBACK_STATE_QUEUED
            with pytest.raises(grpc.RpcError) as missing:
                calls.GetCallback(pb.callback.GetCallbackRequest(callback_id=later))
            assert missing.value.code() == grpc.StatusCode.NOT_FOUND
        assert matches(other, pb, "+12025550101") == ["C-1"]
    finally:
        assert other.stop() == 0
    # Neither a backup nor a log is ever written over.
    assert "exists already" in ctl("backup", backup, daemon=daemon, code=2).stderr
    assert "already holds" in ctl("restore", backup, "--data", other.data, code=1).stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can restore for others")
def test_what_root_restores_is_the_daemons_users(daemon, pb, tmp_path):
    ask(daemon, pb, "+12025550101")
    backup = tmp_path / "backup.tar"
    ctl("backup", backup, daemon=daemon)
    with OpenFolder() as folder:
        data = folder / "data"
        data.mkdir(mode=0o700)
        os.chown(data, 65534, 65533)
        ctl("restore", backup, "--data", data)
        kept = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in data.iterdir()}
    assert {"log.db", "directory.db"} < set(kept) and set(kept.values()) == {(65534, 65533)}


def test_a_restore_that_is_killed_leaves_nothing_that_starts_unless_it_is_whole(
    daemon, pb, tmp_path
):
    ask(daemon, pb, "+12025550101")
    callers = tmp_path / "callers.csv"
    callers.write_text("id,class,name,phone\nC-1,customer,Ann,+12025550101\n")
    ctl("directory", "import", callers, daemon=daemon)
    backup = tmp_path / "backup.tar"
    ctl("backup", backup, daemon=daemon)
    lineage = ctl_json("log", "verify", "--data", daemon.data)["lineage"]
    killed = 0
    for sync in range(1, 99):
        other = Daemon(tmp_path / f"{sync}")
        ended = subprocess.run(
            ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
             f"inject=fsync,fdatasync:signal=SIGKILL:when={sync}",
             BINARIES / "callbackctl", "restore", backup, "--data", other.data],
            capture_output=True,
        )
        if ended.returncode == 0:
            break
        killed += 1
        if not (other.data / "log.db").exists():
            refused = subprocess.run(
                [BINARIES / "callbackd", "--data", other.data, "--socket", tmp_path / "refused.sock"],
                capture_output=True, text=True, timeout=30,
            )
            assert refused.returncode == 1 and "a restore was interrupted" in refused.stderr
            ctl("restore", backup, "--data", other.data)
        other.start()
        try:
            assert matches(other, pb, "+12025550101") == ["C-1"]
            kept = ctl_json("log", "verify", "--data", other.data)
            assert kept["callbacks"] == 1 and kept["lineage"] != lineage
        finally:
            assert other.stop() == 0
        left = {file.name for file in other.data.iterdir()}
        assert not {name for name in left if name.startswith("restore-")}
    assert killed > 3


def test_a_backup_that_was_damaged_or_cut_off_is_refused(daemon, pb, tmp_path):
    ask(daemon, pb, "+12025550101")
    backup = tmp_path / "backup.tar"
    ctl("backup", backup, daemon=daemon)
    whole = backup.read_bytes()
    with tarfile.open(backup) as archive:
        assert archive.getnames() == ["log.db", "directory.db", "MANIFEST"]
    damaged = tmp_path / "damaged.tar"
    places = list(range(0, len(whole), len(whole) // 12)) + [124, 148, len(whole) - 1500]
    cuts = [0, 511, len(whole) // 2, len(whole) - 1600]
    broken = [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:] for place in places]
    for number, contents in enumerate(broken + [whole[:cut] for cut in cuts]):
        damaged.write_bytes(contents)
        data = tmp_path / f"data-{number}"
        ended = ctl("restore", damaged, "--data", data, code=None)
        if ended.returncode == 0:
            # Only what pads the archive was hit: what was restored is the whole log.
            ctl("log", "verify", "--data", data)
            continue
        assert ended.returncode == 1 and "cannot be restored" in ended.stderr
        assert {file.name for file in data.iterdir()} <= {"lock"}


def test_every_part_of_a_backup_has_its_checksum(daemon, pb):
    ask(daemon, pb, "+12025550101")
    files, total, whole = {}, 0, 0
    with daemon.channel() as channel:
        stream = pb.admin_grpc.AdminServiceStub(channel).Backup(pb.admin.BackupRequest())
        for message in stream:
            kind = message.WhichOneof("part")
            if kind == "file":
                files[message.file.name] = (message.file.bytes, bytearray())
                current = files[message.file.name][1]
            elif kind == "chunk":
                assert len(message.chunk.data) <= 32 * 1024
                assert message.chunk.offset == len(current)
                assert zlib.crc32(message.chunk.data) == message.chunk.crc32
                current += message.chunk.data
                whole = zlib.crc32(message.chunk.data, whole)
                total += len(message.chunk.data)
        assert kind == "end"
    assert (message.end.bytes, message.end.crc32) == (total, whole)
    assert list(files) == ["log.db", "directory.db"]
    assert all(length == len(contents) for length, contents in files.values())
    assert not list(daemon.data.glob("backup-*"))


FORMS = [b"2025550177", b"202) 555-0177", b"202-555-0177", (12025550177).to_bytes(5, "big")]


def forms_found(daemon) -> list[tuple[str, bytes]]:
    """Where in the data directory a form of +1 202 555 0177 is."""
    return [
        (file.name, form)
        for file in daemon.data.rglob("*")
        for form in FORMS
        if file.is_file() and form in file.read_bytes()
    ]


def test_a_forgotten_caller_is_in_no_byte_of_the_data(daemon, pb, tmp_path):
    ask(daemon, pb, "(202) 555-0177", "+12025550199")
    callers = tmp_path / "callers.csv"
    callers.write_text("id,class,name,phone\nC-1,customer,Ann,(202) 555-0177\n")
    ctl("directory", "import", callers, daemon=daemon)
    with daemon.channel() as channel:
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        calls.StartLead(
            pb.callback.StartLeadRequest(
                request_id=request_id(), name="Ann", number="202-555-0177"
            )
        )
        ctl("forget", "(202) 555-0177", daemon=daemon, code=2)
        assert {name for name, _ in forms_found(daemon)} >= {"log.db-wal"}
        told = ctl_json("forget", "(202) 555-0177", "--yes", daemon=daemon)
        assert (told["cancelledCallbacks"], told["historyCallbacks"]) == (1, "1")
        assert int(told["directoryRecords"]) >= 1
        assert {each["kind"] for each in told["remainders"]} == {
            "FORGET_REMAINDER_KIND_BACKUPS", "FORGET_REMAINDER_KIND_SERVICE_LOG",
        }
        assert forms_found(daemon) == []
        history = calls.GetCallerHistory(
            pb.callback.GetCallerHistoryRequest(number="+12025550177")
        )
        assert not history.entries
        matches = calls.ResolveCaller(
            pb.callback.ResolveCallerRequest(number="+12025550177")
        ).resolution.matches
        assert not matches
        assert len(calls.ListCallbacks(pb.callback.ListCallbacksRequest()).callbacks) == 1
    assert daemon.stop() == 0
    assert forms_found(daemon) == []
    ctl("log", "verify", "--data", daemon.data)
    daemon.start()


def test_a_forgotten_caller_is_in_no_byte_whatever_happened_to_it(daemon, pb):
    world = World(daemon, pb)
    number, queue, c = "+12025550177", world.queue(), world.c
    world.cancelled(queue, caller_number=number)
    # One that was called, one that waits.
    desk = world.desk(queue)
    world.callback(queue, caller_number=number)
    attempt = desk.accept(desk.offer()).attempt.attempt_id
    record = world.record()
    # No record has the number in the end, and ids are what clients make of them.
    matched = dict(record_id=record, attempt_id=attempt, number=number)
    world.calls.MatchCaller(c.MatchCallerRequest(request_id="match-2025550177", **matched))
    world.calls.UnmatchCaller(c.UnmatchCallerRequest(request_id="unmatch-2025550177", **matched))
    for sequence, phase in enumerate(("ANSWERED", "ENDED"), 1):
        world.report(attempt, phase, sequence)
    desk.becomes("READY")
    desk.close()
    world.callback(queue, caller_number=number, caller_name="(202) 555-0177")
    assert {name for name, _ in forms_found(daemon)} >= {
        "log.db-wal", "directory.db-wal", "directory-changes.db-wal",
    }
    ctl("forget", number, "--yes", daemon=daemon)
    assert forms_found(daemon) == []
    # The log goes on, and is not written with it again.
    world.cancelled(queue)
    assert forms_found(daemon) == []
    daemon.kill()
    daemon.start()
    assert forms_found(daemon) == []
    assert world.admin.ListForgettings(world.a.ListForgettingsRequest()).forgettings
    world.close()


@pytest.mark.parametrize(
    "file", ["log.db-wal", "log.db", "directory.db-wal", "directory.db", "directory-changes.db-wal"]
)
def test_what_a_kill_leaves_of_a_forgotten_caller_the_next_start_finishes(
    daemon, pb, tmp_path, file
):
    callers = tmp_path / "callers.csv"
    callers.write_text("id,class,name,phone\nC-1,customer,Ann,(202) 555-0177\n")
    killed = forgotten = 0
    for count in range(1, 99):
        (asked,) = ask(daemon, pb, "(202) 555-0177")
        ctl("directory", "import", callers, daemon=daemon)
        assert forms_found(daemon)
        syncs = "fsync,fdatasync,ftruncate"
        tracer = daemon.trace(
            daemon.data / file, "-e", f"trace={syncs}",
            "-e", f"inject={syncs}:signal=SIGKILL:when={count}",
        )
        ended = ctl("forget", "(202) 555-0177", "--yes", daemon=daemon, code=None)
        if ended.returncode == 0:
            tracer.terminate()
            tracer.wait()
            assert forms_found(daemon) == []
            break
        assert daemon.process.wait(timeout=20) == -signal.SIGKILL
        tracer.wait()
        killed += 1
        daemon.start()
        # All of it is done before anybody is served, or it was not decided.
        entries = ctl_json("forgettings", "--all", daemon=daemon).get("forgettings", [])
        if len(entries) == forgotten:
            assert ctl_json("show", asked, daemon=daemon)["callback"]["state"].endswith("QUEUED")
            assert matches(daemon, pb, "+12025550177") == ["C-1"]
            ctl("forget", "(202) 555-0177", "--yes", daemon=daemon)
            entries.append(None)
        assert forms_found(daemon) == []
        assert matches(daemon, pb, "+12025550177") == []
        forgotten += 1
        assert len(entries) == forgotten
        ctl("log", "verify", "--data", daemon.data)
    assert killed >= 1


def test_what_cannot_be_finished_at_a_start_is_left_to_the_next(daemon, pb, tmp_path):
    ask(daemon, pb, "(202) 555-0177")
    writer = half_forget(daemon, pb, "+12025550177")
    daemon.kill()
    daemon.start()
    assert "a number is not wholly forgotten yet" in daemon.log.read_text()
    assert "2025550177" not in daemon.log.read_text()
    assert "No number was forgotten" in ctl("forgettings", daemon=daemon).stdout
    assert forms_found(daemon)
    backup = tmp_path / "backup.tar"
    ctl("backup", backup, daemon=daemon)
    writer.close()
    daemon.kill()
    daemon.start()
    assert forms_found(daemon) == []
    assert len(ctl_json("forgettings", daemon=daemon)["forgettings"]) == 1
    # A backup that was taken meanwhile comes to the same when it is restored.
    other = Daemon(tmp_path / "other")
    ctl("restore", backup, "--data", other.data)
    assert forms_found(other)
    other.start()
    try:
        assert forms_found(other) == []
        assert len(ctl_json("forgettings", daemon=other)["forgettings"]) == 1
    finally:
        assert other.stop() == 0


def test_who_looks_after_the_data_can_list_what_was_forgotten(daemon, pb):
    assert "No number was forgotten" in ctl("forgettings", daemon=daemon).stdout
    ask(daemon, pb, "+12025550177")
    forgotten = ["forget", "+12025550177", "--yes", "--request-id", "once"]
    first = ctl_json(*forgotten, daemon=daemon)
    assert ctl_json(*forgotten, daemon=daemon) == first
    assert first["historyCallbacks"] == "1"
    said = ctl("forgettings", daemon=daemon).stdout
    assert str(os.getuid()) in said and len(said.splitlines()) == 2
    (entry,) = ctl_json("forgettings", daemon=daemon)["forgettings"]
    assert entry["historyCallbacks"] == "1" and "5550177" not in json.dumps(entry)


def test_what_stays_excluded_is_named(daemon, pb):
    with daemon.channel() as channel:
        admin = pb.admin_grpc.AdminServiceStub(channel)
        admin.PutExclusion(
            pb.admin.PutExclusionRequest(
                request_id=request_id(), exclusion=pb.admin.Exclusion(number="+12025550177")
            )
        )
    said = ctl("forget", "+12025550177", "--yes", daemon=daemon).stdout
    assert "exclusion list" in said


def test_events_are_followed_from_a_token_over_a_restart(daemon, pb):
    ask(daemon, pb, "+12025550101")
    with daemon.channel() as channel:
        admin = pb.admin_grpc.AdminServiceStub(channel)
        since = pb.admin.WatchEventsRequest()
        since.since.seconds = 0
        stream = admin.WatchEvents(since)
        seen = []
        for message in stream:
            if message.WhichOneof("message") == "event":
                seen.append(message.event.kind)
            if seen[-1:] == ["callback_requested"]:
                break
        assert message.event.number == "+12025550101"
        assert message.event.actor_uid.value == os.getuid()
        assert {"service_started", "queue_put"} <= set(seen)
        token = message.resume_token
        stream.cancel()
    assert daemon.stop() == 0
    daemon.start()
    ask(daemon, pb, "+12025550102")
    lines = ctl("events", "watch", "--json", "--after", token, "--count", "3", daemon=daemon)
    kinds = [json.loads(line).get("event", {}).get("kind") for line in lines.stdout.splitlines()]
    assert [kind for kind in kinds if kind] == [
        "service_started", "queue_put", "callback_requested",
    ]
    ctl("forget", "+12025550102", "--yes", daemon=daemon)
    with daemon.channel() as channel, pytest.raises(grpc.RpcError) as old:
        admin = pb.admin_grpc.AdminServiceStub(channel)
        list(admin.WatchEvents(pb.admin.WatchEventsRequest(resume_token=token)))
    code, reason, (resume,) = refusal(old.value, pb)
    assert (code, reason) == (grpc.StatusCode.OUT_OF_RANGE, "TOKEN_TOO_OLD")


def test_an_export_that_fails_leaves_no_file_and_says_why(daemon, tmp_path):
    for words in (["export-history"], ["directory", "export"]):
        file = tmp_path / "-".join(words)
        gone = ctl(*words, file, "--socket", tmp_path / "nobody.sock", code=3)
        assert "no daemon behind" in gone.stderr and not list(tmp_path.glob(f"{file.name}*"))
        ctl(*words, file, daemon=daemon)
        assert "exists already" in ctl(*words, file, daemon=daemon, code=2).stderr
    ctl("export-history", tmp_path / "x.jsonl", "--number", "12", daemon=daemon, code=1)
    assert not list(tmp_path.glob("x.jsonl*"))
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [BINARIES / "callbackctl", "queue", "list", "--socket", daemon.socket],
            stdout=full, stderr=subprocess.PIPE, text=True,
        )
    assert ended.returncode == 1 and "No space left" in ended.stderr


def test_the_history_is_exported_whole_or_in_part(daemon, pb, tmp_path):
    numbers = [f"+1202555{index:04}" for index in range(300)]
    ids = ask(daemon, pb, *numbers)
    file = tmp_path / "calls.jsonl"
    assert "300 entries" in ctl("export-history", file, daemon=daemon).stdout
    exported = [json.loads(line) for line in file.read_text().splitlines()]
    assert [each["callback"]["callback"]["callbackId"] for each in exported] == ids[::-1]
    (one,) = ctl("export-history", "-", "--number", numbers[7], daemon=daemon).stdout.splitlines()
    assert json.loads(one)["callback"]["callback"]["callbackId"] == ids[7]
    assert not ctl("export-history", "-", "--agent", "ada", daemon=daemon).stdout
    with daemon.channel() as channel:
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        request = pb.callback.ExportHistoryRequest()
        request.until.seconds = 1
        assert not list(calls.ExportHistory(request))
        request = pb.callback.ExportHistoryRequest()
        request.since.FromJsonString(exported[99]["at"])
        found = [entry for page in calls.ExportHistory(request) for entry in page.entries]
        assert 100 <= len(found) < 300
