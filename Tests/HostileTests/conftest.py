"""Fixtures: the server under attack, and the honest client beside the attacker."""

import os
import pathlib
import sys

import pytest

# Frames and field blocks as bytes are the HTTP/2 cases' own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "HTTP2Tests"))

from attacker import Attacker  # noqa: E402
from cancelling import Cancelling  # noqa: E402
from siege import FLAT_BYTES, MEASURED, Siege  # noqa: E402
from target import MEBIBYTE, Target  # noqa: E402

# `make test-hostile` waits for every default; `make test` gives the server shorter patience.
IS_FULL = os.environ.get("HOSTILE") == "full"
SHORT = {"handshakeSeconds": 2, "stalledWriteSeconds": 3, "stalledStreamSeconds": 3}


@pytest.fixture(scope="session")
def target(tmp_path_factory):
    """A server with every limit at its default; its memory stays flat over all attacks together."""
    running = Target(tmp_path_factory.mktemp("target"))
    Siege(running).warm_up()
    before = running.resident()
    yield running
    growth = running.resident() - before
    MEASURED.append(("all attacks together, at the end", growth, 0))
    running.stop()
    # What the allocator keeps of the largest of them.
    assert growth < 4 * FLAT_BYTES, f"{growth / MEBIBYTE:.1f} MiB more after all attacks"


@pytest.fixture(scope="session")
def impatient(tmp_path_factory):
    """A server that does not wait as long as it does by default, so that the test need not."""
    running = Target(tmp_path_factory.mktemp("impatient"), **({} if IS_FULL else SHORT))
    running.patience = 75 if IS_FULL else 10
    Siege(running).warm_up()
    yield running
    running.stop()


@pytest.fixture
def siege(target):
    """Attacks on the server with defaults."""
    return Siege(target)


@pytest.fixture
def attacker(target):
    """Makes attacking connections; all are closed after the test."""
    made = []

    def make(**options) -> Attacker:
        made.append(Attacker(target.connect, **options))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def cancelling(request, tmp_path_factory):
    """What takes a minute, begun before everything else where its test is to run."""
    if not any("spread_over_a_minute" in item.name for item in request.session.items):
        yield None
        return
    running = Cancelling(tmp_path_factory.mktemp("cancelling"))
    yield running
    running.stop()


def pytest_collection_modifyitems(items):
    """The test that waits for the minute comes last."""
    items.sort(key=lambda item: "spread_over_a_minute" in item.name)


def pytest_terminal_summary(terminalreporter):
    """Tells what was measured: the bound holds whether or not somebody looks."""
    if MEASURED:
        terminalreporter.section("memory of the server under attack")
    for name, growth, served in MEASURED:
        beside = f", {served} honest calls served meanwhile" if served else ""
        terminalreporter.write_line(f"{growth / MEBIBYTE:6.1f} MiB more: {name}{beside}")
