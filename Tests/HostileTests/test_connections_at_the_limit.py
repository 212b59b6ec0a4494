"""As many connections as the server takes: who is connected is served, and who comes too late is
told so."""

import resource
import time

import frames
import pytest
from attacker import Attacker
from connection import EMPTY_MESSAGE, request
from frames import ENHANCE_YOUR_CALM, GOAWAY
from honest import Honest
from siege import FLAT_BYTES, Siege
from target import MEBIBYTE, Target

# The server's default, and more than that.
LIMIT = 1_024
TOO_MANY = 50


@pytest.fixture(autouse=True)
def _descriptors():
    """This process is the other end of them all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * LIMIT)), hard))


def test_connections_up_to_the_limit(target, siege):
    """Idle, but with their handshake done, so that they may stay."""

    def wait():
        peers = []
        while len(peers) < LIMIT + TOO_MANY:
            peers.append(Attacker(target.connect))
            peers[-1].until(frames.SETTINGS)
        # The honest client's connection is one of those within the limit.
        refused = peers[LIMIT - 1 :]
        for peer in refused:
            assert peer.until_closed().goaway == ENHANCE_YOUR_CALM
        for peer in peers[: LIMIT - 1]:
            assert not peer.is_closed and peer.errors(GOAWAY) == []
        for peer in peers:
            peer.close()
        # Those that were closed make room.
        after(target)

    # An idle connection may cost 32 KiB.
    siege.beside(wait, flat_bytes=FLAT_BYTES + LIMIT * 32 * 1024)


def test_connections_beyond_the_descriptors(tmp_path):
    """The server has fewer descriptors than connections that it would take: it serves those that it
    has, and goes on to accept once others are gone."""
    few = Target(tmp_path)
    opened = few.descriptors()
    resource.prlimit(few.process.pid, resource.RLIMIT_NOFILE, (opened + 20, opened + 20))

    def crowd():
        peers = [Attacker(few.connect) for _ in range(60)]
        while few.descriptors() < opened + 20:
            time.sleep(0.01)
        # What comes too late waits in the kernel, and keeps nobody busy.
        before, since = few.processor_seconds(), time.monotonic()
        time.sleep(0.5)
        used, passed = few.processor_seconds() - before, time.monotonic() - since
        assert used < passed / 4, f"{used:.2f} s of {passed:.2f} s"
        # The first is within.
        first = peers[0]
        first.send(frames.headers(1, request()) + frames.data(1, EMPTY_MESSAGE, end=True))
        first.until(frames.DATA, 1)
        for peer in peers[:30]:
            peer.close()
        for peer in peers[30:]:
            peer.until(frames.SETTINGS)
            peer.close()
        after(few)

    crowd()
    Siege(few).warm_up()
    few.stop()


def after(target) -> None:
    """A new connection is served, once the server has noticed that others have gone."""
    while True:
        peer = Attacker(target.connect)
        peer.send(frames.headers(1, request()) + frames.data(1, EMPTY_MESSAGE, end=True))
        first = peer.until(frames.SETTINGS)
        if not first.payload:
            peer.close()
            continue
        peer.until(frames.DATA, 1)
        peer.close()
        return


def test_connections_that_come_and_go(target, siege):
    """Thousands of them, some in the middle of a call, leave no descriptor and no memory."""
    before = target.settled_descriptors()

    def assault():
        for turn in range(300):
            peer = Attacker(target.connect, greet=turn % 3 > 0)
            if turn % 3 == 2:
                peer.send(frames.headers(1, request()))
            peer.close()

    siege.lay(assault, rounds=10)
    with Honest(target.path):
        pass
    after(target)
    assert target.settled_descriptors() <= before + 5
