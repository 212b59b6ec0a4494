"""The server under attack: a process of its own, and the memory that it takes."""

import os
import pathlib
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("CALLBACK_BINARIES", ROOT / ".build" / "debug"))
MEBIBYTE = 1 << 20


class Target:
    """A running interop-server."""

    SETTLED_SECONDS = 0.5

    def __init__(self, folder: pathlib.Path, **settings: int):
        self.path = folder / "sock"
        self._log = open(folder / "log", "wb")
        command = [BINARIES / "interop-server", self.path]
        command += [f"{name}={value}" for name, value in settings.items()]
        self.process = subprocess.Popen(command, stderr=self._log)
        deadline = time.monotonic() + 20
        # The file is there a moment before somebody listens behind it.
        while not self._listens():
            assert self.process.poll() is None and time.monotonic() < deadline, "no server"
            time.sleep(0.01)

    def _listens(self) -> bool:
        try:
            self.connect().close()
            return True
        except OSError:
            return False

    def connect(self) -> socket.socket:
        """A new connection, without a byte sent."""
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(str(self.path))
        except OSError:
            sock.close()
            raise
        return sock

    def resident(self) -> int:
        """The bytes of memory that the process holds now (VmRSS)."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("the server is gone")

    def processor_seconds(self) -> float:
        """The time that the process has kept a processor busy."""
        with open(f"/proc/{self.process.pid}/stat") as status:
            fields = status.read().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """How many files and sockets the process has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def settled_descriptors(self) -> int:
        """The same, once connections that were closed at the other end are gone here too: it has
        to stay the same for a while, however busy the machine is."""
        count, since = self.descriptors(), time.monotonic()
        while time.monotonic() < since + self.SETTLED_SECONDS:
            time.sleep(0.05)
            now = self.descriptors()
            if now != count:
                count, since = now, time.monotonic()
        return count

    def stop(self) -> None:
        """Ends the process, which must still be there and end well."""
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}"
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0
        self._log.close()


class Memory:
    """Watches a target's memory while a block runs."""

    PAUSE_SECONDS = 0.005

    def __init__(self, target: Target):
        self.target = target
        self.before = self.peak = 0

    def __enter__(self) -> "Memory":
        self.before = self.peak = self.target.resident()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._watcher.join()
        self._look()

    @property
    def growth(self) -> int:
        """The most that was held at any moment beyond what was held before."""
        return self.peak - self.before

    def _look(self) -> None:
        self.peak = max(self.peak, self.target.resident())

    def _watch(self) -> None:
        while not self._over.wait(self.PAUSE_SECONDS):
            self._look()
