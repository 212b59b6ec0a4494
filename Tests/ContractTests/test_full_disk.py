"""A file system of two megabytes fills up, and is given room again."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import grpc
import pytest
from center import Operator, refusal, request_id
from ctl import ctl_json
from daemon import BINARIES, Daemon


def own_mounts() -> list[str]:
    """What runs a program where it may mount for itself."""
    return ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])


class CrampedDaemon(Daemon):
    """A callbackd whose data lies on a tmpfs of two megabytes, part of which a file takes up."""

    def command(self):
        script = (
            'mount -t tmpfs -o size=2m,mode=0700 none "$1" && '
            'head -c 600000 /dev/zero > "$1/filler" && '
            'exec "$2" --socket "$3" --data "$1"'
        )
        program = BINARIES / "callbackd"
        return own_mounts() + ["sh", "-c", script, "sh", self.data, program, self.socket]

    @property
    def inside(self) -> pathlib.Path:
        """The data as the daemon sees them."""
        return pathlib.Path(f"/proc/{self.process.pid}/root{self.data}")


@pytest.fixture
def cramped(tmp_path):
    probe = own_mounts() + ["mount", "-t", "tmpfs", "none", str(tmp_path)]
    if subprocess.run(probe, capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a file system of its own")
    daemon = CrampedDaemon(tmp_path / "d")
    daemon.data.mkdir(parents=True)
    yield daemon.start()
    assert daemon.stop() == 0, daemon.log.read_text()


def request(pb, number: int):
    """A request that takes room."""
    return pb.callback.RequestCallbackRequest(
        request_id=request_id(), queue_id="sales", caller_number=f"+1202555{number:04}",
        note="n" * 900,
    )


def test_a_full_disk_refuses_and_goes_on_when_it_has_room(cramped, pb, tmp_path):
    with cramped.channel() as channel:
        Operator(channel, pb).queue("sales")
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        acknowledged = []
        with pytest.raises(grpc.RpcError) as full:
            for number in range(5_000):
                acknowledged.append(calls.RequestCallback(request(pb, number)).callback_id)
        code, reason, _ = refusal(full.value, pb)
        assert (code, reason) in [
            (grpc.StatusCode.RESOURCE_EXHAUSTED, "LOG_FULL"),
            (grpc.StatusCode.UNAVAILABLE, "LOG_UNAVAILABLE"),
        ]
        assert len(acknowledged) > 20
        # Reads go on, and nothing that was acknowledged is missing.
        for callback_id in acknowledged:
            found = calls.GetCallback(pb.callback.GetCallbackRequest(callback_id=callback_id))
            assert found.callback.state == pb.types.CALLBACK_STATE_QUEUED
        (cramped.inside / "filler").unlink()
        deadline = time.monotonic() + 30
        while True:
            try:
                acknowledged.append(calls.RequestCallback(request(pb, 9_999)).callback_id)
                break
            except grpc.RpcError as error:
                assert refusal(error, pb)[1] in ("LOG_FULL", "LOG_UNAVAILABLE")
                assert time.monotonic() < deadline, "the log does not recover by itself"
    # What lies on the disk at this moment is whole and holds all that was acknowledged.
    cramped.process.send_signal(signal.SIGSTOP)
    # Its threads stop one by one: only when all have is the disk as it was at one moment.
    os.waitpid(cramped.process.pid, os.WUNTRACED)
    copy = Daemon(tmp_path / "copy")
    copy.data.mkdir(parents=True, mode=0o700)
    for name in ("log.db", "log.db-wal", "head"):
        if (cramped.inside / name).exists():
            shutil.copy(cramped.inside / name, copy.data / name)
    cramped.process.send_signal(signal.SIGCONT)
    assert ctl_json("log", "verify", "--data", copy.data)["callbacks"] >= len(acknowledged)
