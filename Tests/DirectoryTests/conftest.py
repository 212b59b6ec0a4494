"""Fixtures: daemons with directories of the tests' own, and what these are in front of."""

import itertools
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "ContractTests"))
sys.path.insert(0, str(ROOT / "docs" / "examples"))

import stubs  # noqa: E402
from callers import Service, indented  # noqa: E402
from daemon import Daemon  # noqa: E402
from scripted_crm import Scripted  # noqa: E402


class Protos:
    """The generated modules under short names."""

    def __init__(self):
        for name in ("types", "errors", "callback", "admin", "dialer", "options"):
            folder = "options/v1" if name == "options" else "v1"
            module = f"callback.{folder.replace('/', '.')}.{name}_pb2"
            setattr(self, name, stubs.module(module))
        for name in ("callback", "admin", "dialer"):
            setattr(self, f"{name}_grpc", stubs.module(f"callback.v1.{name}_pb2_grpc"))
        self.crm = stubs.module("callback.crm.v1.crm_pb2")
        self.crm_grpc = stubs.module("callback.crm.v1.crm_pb2_grpc")
        self.status = stubs.module("google.rpc.status_pb2")
        self.details = stubs.module("google.rpc.error_details_pb2")


@pytest.fixture(scope="session")
def pb(tmp_path_factory):
    """The stubs of all services."""
    stubs.generate(tmp_path_factory.mktemp("stubs"))
    return Protos()


_folders = itertools.count(1)


@pytest.fixture
def folder(tmp_path_factory):
    """A folder with a short name: paths of sockets hold at most 107 bytes."""
    return pathlib.Path(tmp_path_factory.mktemp(f"r{next(_folders)}"))


@pytest.fixture
def crm(folder, pb):
    """The example CRM, to be scripted and started by the test."""
    scripted = Scripted(folder / "crm.sock", pb)
    yield scripted
    scripted.stop()


@pytest.fixture
def start(folder, pb):
    """Starts a daemon with a `directory` section; every one is stopped, and must stop well."""
    running = []

    def start(directory: str, *arguments: str) -> Service:
        place = folder / f"d{len(running)}"
        place.mkdir()
        config = place / "callbackd.yaml"
        config.write_text("directory:\n" + indented(directory))
        daemon = Daemon(place, "--config", str(config), *arguments).start()
        service = Service(daemon, pb)
        running.append(service)
        return service

    yield start
    for service in running:
        service.close()
        assert service.daemon.stop() == 0, service.daemon.log.read_text()
