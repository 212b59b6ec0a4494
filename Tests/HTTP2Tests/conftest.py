"""The servers that every case runs against: ours, and Debian's nghttpd as the reference."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

import pytest
from connection import DUPLEX, PATH, Connection
from known import REFERENCE_FAILS

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("CALLBACK_BINARIES", ROOT / ".build" / "debug"))


class Server:
    """A running server and the way to it."""

    def __init__(self, name, command, connect, stderr):
        self.name = name
        self.connect = connect
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
        deadline = time.monotonic() + 20
        while True:
            assert self.process.poll() is None, f"{name} ended with {self.process.returncode}"
            try:
                connect().close()
                return
            except OSError:
                assert time.monotonic() < deadline, f"{name} does not listen"
                time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def _unixrpc(folder: pathlib.Path) -> Server:
    path = folder / "interop.sock"

    def connect():
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(str(path))
        except OSError:
            sock.close()
            raise
        return sock

    command = [BINARIES / "interop-server", path]
    return Server("unixrpc", command, connect, open(folder / "log", "ab"))


def _nghttpd(folder: pathlib.Path) -> Server:
    """nghttpd serves files: one behind the path of each call that the cases make."""
    for path in (PATH, DUPLEX):
        file = folder / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\0\0\0\0\x03yes")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [shutil.which("nghttpd"), "--no-tls", "-a", "127.0.0.1", "-d", folder, str(port)]
    connect = lambda: socket.create_connection(("127.0.0.1", port))
    return Server("nghttpd", command, connect, open(folder / "log", "ab"))


@pytest.fixture(scope="session", params=["unixrpc", "nghttpd"])
def server(request, tmp_path_factory):
    """A running server, each in turn."""
    start = {"unixrpc": _unixrpc, "nghttpd": _nghttpd}[request.param]
    running = start(pathlib.Path(tmp_path_factory.mktemp("h2")))
    yield running
    assert running.process.poll() is None, f"{running.name} did not survive the cases"
    running.stop()


@pytest.fixture(autouse=True)
def _reference(request):
    """What the reference is known not to do must stay true, or the list is out of date."""
    if "nghttpd" in request.node.name:
        name = request.node.originalname
        reason = REFERENCE_FAILS.get(request.node.name, REFERENCE_FAILS.get(name))
        if reason:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture
def connect(server):
    """Makes connections; all are closed after the test."""
    made = []

    def make(**options) -> Connection:
        made.append(Connection(server.connect, **options))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


@pytest.fixture
def peer(connect):
    """A connection on which SETTINGS have been exchanged."""
    return connect()
