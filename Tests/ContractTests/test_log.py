"""The log in the data directory, as operators look after it."""

import tarfile
import zlib

import grpc
import pytest
from center import Operator, request_id
from ctl import ctl, ctl_json
from daemon import Daemon


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
    ctl("restore", backup, "--data", other.data)
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
            matches = calls.ResolveCaller(
                pb.callback.ResolveCallerRequest(number="+12025550101")
            ).resolution.matches
            assert [match.record_id for match in matches] == ["C-1"]
    finally:
        assert other.stop() == 0
    # Neither a backup nor a log is ever written over.
    assert "exists already" in ctl("backup", backup, daemon=daemon, code=2).stderr
    assert "already holds" in ctl("restore", backup, "--data", other.data, code=1).stderr


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
