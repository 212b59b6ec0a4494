"""Fixtures: the stubs, a daemon, a configured call center, desktops and a connector."""

import itertools
import pathlib

import pytest
import stubs
from daemon import Daemon


@pytest.fixture(scope="session")
def pb(tmp_path_factory):
    """The stubs of all services."""
    stubs.generate(tmp_path_factory.mktemp("stubs"))
    return Protos()


class Protos:
    """The generated modules under short names."""

    def __init__(self):
        self.types = stubs.module("callback.v1.types_pb2")
        self.errors = stubs.module("callback.v1.errors_pb2")
        self.callback = stubs.module("callback.v1.callback_pb2")
        self.dialer = stubs.module("callback.v1.dialer_pb2")
        self.admin = stubs.module("callback.v1.admin_pb2")
        self.crm = stubs.module("callback.crm.v1.crm_pb2")
        self.crm_grpc = stubs.module("callback.crm.v1.crm_pb2_grpc")
        self.options = stubs.module("callback.options.v1.options_pb2")
        self.callback_grpc = stubs.module("callback.v1.callback_pb2_grpc")
        self.dialer_grpc = stubs.module("callback.v1.dialer_pb2_grpc")
        self.admin_grpc = stubs.module("callback.v1.admin_pb2_grpc")
        self.status = stubs.module("google.rpc.status_pb2")
        self.details = stubs.module("google.rpc.error_details_pb2")


_folders = itertools.count(1)


@pytest.fixture
def daemon(tmp_path_factory):
    """A running daemon with nothing configured."""
    # Socket paths hold at most 107 bytes, so the folder's name is kept short.
    folder = pathlib.Path(tmp_path_factory.mktemp(f"d{next(_folders)}"))
    running = Daemon(folder).start()
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory):
    """A daemon for tests that make everything they need under names of their own."""
    running = Daemon(pathlib.Path(tmp_path_factory.mktemp("all"))).start()
    yield running
    assert running.stop() == 0, running.log.read_text()


def pytest_collection_modifyitems(items):
    """What the other tests have seen is looked at after them."""
    items.sort(key=lambda item: item.path.name == "test_coverage.py")
