"""A callbackd of the tests' own: in a folder of its own, on a socket of its own."""

import os
import pathlib
import signal
import socket
import subprocess
import time

import grpc
from record import Recorder

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("CALLBACK_BINARIES", ROOT / ".build" / "debug"))


class Daemon:
    """Starts, kills and restarts callbackd on one data directory."""

    def __init__(self, folder: pathlib.Path, *options: str, drop_to: int | None = None):
        self.folder = folder
        self.socket = folder / "run" / "callbackd.sock"
        self.data = folder / "data"
        self.log = folder / "callbackd.log"
        self.options = options
        # What the daemon is run with: another user, a tracer.
        self.before: list = []
        if drop_to is not None:
            self.before = ["setpriv", f"--reuid={drop_to}", f"--regid={drop_to}", "--clear-groups"]
        self.process: subprocess.Popen | None = None

    def start(self) -> "Daemon":
        """Starts the daemon and returns once it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"callbackd ended: {self.log.read_text()}")
            # A channel that finds nobody waits for a second before it looks again.
            if self.listens():
                with grpc.insecure_channel(self.target) as channel:
                    try:
                        grpc.channel_ready_future(channel).result(timeout=1)
                        return self
                    except grpc.FutureTimeoutError:
                        pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"callbackd does not listen: {self.log.read_text()}")
            time.sleep(0.01)

    def listens(self) -> bool:
        """Whether somebody takes connections on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
                return True
            except OSError:
                return False

    def command(self) -> list:
        """The program and its arguments."""
        program = BINARIES / "callbackd"
        options = ["--socket", self.socket, "--data", self.data, *self.options]
        return [*self.before, program, *options]

    @property
    def target(self) -> str:
        """The address as gRPC libraries write it."""
        return f"unix:{self.socket}"

    def channel(self) -> grpc.Channel:
        """A connection of its own, shared with no other channel of this process; how its calls end
        is noted."""
        return grpc.intercept_channel(
            grpc.insecure_channel(
                self.target, options=[("grpc.use_local_subchannel_pool", 1)]
            ),
            Recorder(),
        )

    def kill(self) -> None:
        """Ends the daemon without a chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def trace(self, file: pathlib.Path, *options) -> subprocess.Popen:
        """Has strace meddle with the calls on a file, of all threads when this returns."""
        assert self.process is not None
        process = self.process.pid
        tracer = subprocess.Popen(
            ["strace", "-f", "-q", "-p", str(process), "-P", str(file), *options,
             "-o", self.folder / "trace"],
            stderr=subprocess.DEVNULL,
        )

        def has(thread: pathlib.Path) -> bool:
            try:
                return f"TracerPid:\t{tracer.pid}\n" in (thread / "status").read_text()
            except FileNotFoundError:
                return True  # The thread is gone.

        deadline = time.monotonic() + 20
        # It takes hold of one thread after the other; what the traced ones start is traced too.
        while not all(has(thread) for thread in pathlib.Path(f"/proc/{process}/task").iterdir()):
            assert tracer.poll() is None, "strace cannot trace the daemon"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return tracer

    def stop(self) -> int:
        """Asks the daemon to stop and gives its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)
