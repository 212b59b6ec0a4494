"""Fixtures: the programs of both sides and a relay between them."""

import os
import pathlib
import socket
import subprocess
import time

import grpc
import grpcio_server
import interop_stubs
import pytest
from tap import Tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("CALLBACK_BINARIES", ROOT / ".build" / "debug"))


@pytest.fixture(scope="session", autouse=True)
def _stubs(tmp_path_factory):
    interop_stubs.generate(tmp_path_factory.mktemp("interop-stubs"))


@pytest.fixture(scope="session")
def our_server(tmp_path_factory):
    """The socket of a running interop-server."""
    folder = tmp_path_factory.mktemp("ours")
    path = folder / "sock"
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([BINARIES / "interop-server", path], stderr=log)
    _wait_for(path, process)
    yield path
    assert process.poll() is None, (folder / "log").read_text()
    process.terminate()
    assert process.wait(timeout=20) == 0


def _wait_for(path: pathlib.Path, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 20
    # The file is there a moment before somebody listens behind it.
    while True:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                return
        assert process.poll() is None and time.monotonic() < deadline, "no server"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def tap_to_ours(our_server, tmp_path_factory):
    """A relay before our server."""
    tap = Tap(tmp_path_factory.mktemp("tap") / "sock", our_server)
    yield tap
    tap.close()


@pytest.fixture
def tap_to_grpcio(tmp_path_factory):
    """A relay before a server of grpcio's."""
    folder = tmp_path_factory.mktemp("io")
    tap = Tap(folder / "tap", folder / "sock")
    server = grpcio_server.start(folder / "sock", tap)
    yield tap
    tap.close()
    server.stop(None).wait()


@pytest.fixture
def channel(tap_to_ours):
    """grpcio's way to our server, past the relay."""
    tap_to_ours.forget()
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(f"unix:{tap_to_ours.path}", options=options) as channel:
        yield channel


@pytest.fixture
def our_client():
    """Plays a case with interop-client against the server at a path."""

    def play(case: str, path: pathlib.Path) -> None:
        ended = subprocess.run(
            [BINARIES / "interop-client", path, case], capture_output=True, text=True, timeout=30
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    return play
