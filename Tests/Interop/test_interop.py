"""gRPC's interop cases between UnixRPC and gRPC's own libraries, in both directions."""

import os
import pathlib
import subprocess

import pytest
from grpcio_client import CASES, Client

GRPCPP_CLIENT = pathlib.Path(
    os.environ.get(
        "GRPCPP_CLIENT",
        pathlib.Path(__file__).resolve().parents[2] / ".build" / "interop" / "grpcpp-client",
    )
)
NAMES = [case.__name__ for case in CASES]

# The flags that each case's last call has to have on the wire, per direction.
FLAGS_UP = {"client_compressed_unary": [0], "client_compressed_streaming": [1, 0]}
FLAGS_DOWN = {"server_compressed_unary": [0], "server_compressed_streaming": [1, 0]}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_grpcio_client_passes_against_our_server(case, channel, tap_to_ours):
    case(Client(channel, tap_to_ours))


@pytest.mark.parametrize("name", NAMES)
def test_our_client_passes_against_a_grpcio_server(name, our_client, tap_to_grpcio):
    our_client(name, tap_to_grpcio.path)
    if name in FLAGS_UP:
        assert tap_to_grpcio.flags("up") == FLAGS_UP[name]
    if name in FLAGS_DOWN:
        assert tap_to_grpcio.flags("down") == FLAGS_DOWN[name]


@pytest.mark.parametrize("name", NAMES)
def test_our_client_passes_against_our_server(name, our_client, our_server):
    our_client(name, our_server)


@pytest.mark.parametrize("case", ["unary", "stream", "deadline"])
def test_a_grpcpp_client_passes_against_our_server(case, our_server):
    assert GRPCPP_CLIENT.exists(), "make interop-grpcpp builds it"
    ended = subprocess.run(
        [GRPCPP_CLIENT, our_server, case], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
