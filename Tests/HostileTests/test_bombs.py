"""Bombs: little on the wire that wants to be much in memory."""

import gzip

import frames
import hpack
import pytest
from connection import DUPLEX, EMPTY_MESSAGE, PATH, PATIENCE_SECONDS, request
from fields import Reader
from frames import ENHANCE_YOUR_CALM
from target import MEBIBYTE

UNARY = "/grpc.testing.TestService/UnaryCall"
RESOURCE_EXHAUSTED = "8"


def status(peer, stream: int) -> str | None:
    """The gRPC status of a call that is refused in its head alone, the connection's first."""
    head = peer.until(frames.HEADERS, stream)
    assert head.has(frames.END_STREAM), head
    return Reader().read(head.payload).get("grpc-status")


def is_alive(peer, stream: int) -> None:
    """The connection goes on to serve."""
    peer.send(frames.headers(stream, request()) + frames.data(stream, EMPTY_MESSAGE, end=True))
    peer.until(frames.DATA, stream)


def test_hpack_bomb(siege, attacker):
    """One remembered field of 4,000 bytes, named again by each further byte."""
    block = request() + hpack.remembered("x-bomb", "b" * 4_000) + hpack.indexed(62) * 12_000

    def assault():
        peer = attacker().send(frames.headers(1, block)).until_closed()
        assert peer.goaway == ENHANCE_YOUR_CALM, peer.tail
        peer.close()

    siege.lay(assault, rounds=20)


def test_hpack_bomb_over_many_calls(siege, attacker):
    """Below the limit that ends the connection, call after call."""
    first = request() + hpack.remembered("x-bomb", "b" * 4_000)
    again = request() + hpack.indexed(62) * 20

    def assault():
        peer = attacker().send(frames.headers(1, first, end=True))
        for stream in range(3, 1_000, 2):
            peer.send(frames.headers(stream, again, end=True))
        assert status(peer, 1) is not None
        peer.until(frames.HEADERS, 999)
        peer.close()

    siege.lay(assault)


@pytest.mark.parametrize("count", [1, 500])
def test_a_header_list_over_the_limit_is_refused(siege, attacker, count):
    """Above what was announced the call is refused; the connection goes on."""
    fields = [(f"x-{index}", "v" * (20_000 // count)) for index in range(count)]
    pieces = request(*fields)

    def assault():
        peer = attacker()
        peer.send(frames.headers(1, pieces[:16_000], whole=False, end=True))
        peer.send(frames.continuation(1, pieces[16_000:]))
        assert status(peer, 1) == RESOURCE_EXHAUSTED
        is_alive(peer, 3)
        peer.close()

    siege.lay(assault)


def test_a_header_list_far_over_the_limit_ends_the_connection(siege, attacker):
    block = request(*[(f"x-{index}", "v" * 1_000) for index in range(200)])
    cuts = range(0, len(block), 60_000 // 4)

    def assault():
        peer = attacker()
        for cut in cuts:
            part = block[cut : cut + cuts.step]
            is_last = cut + cuts.step >= len(block)
            if cut == 0:
                peer.send(frames.headers(1, part, whole=False))
            else:
                peer.send(frames.continuation(1, part, whole=is_last))
        assert peer.until_closed().goaway == ENHANCE_YOUR_CALM, peer.tail
        peer.close()

    siege.lay(assault)


@pytest.mark.parametrize("path", [PATH, DUPLEX], ids=["unary", "duplex"])
def test_a_declared_length_of_all_ones_is_refused_before_anything_is_kept(siege, attacker, path):
    prefix = b"\0\xff\xff\xff\xff"

    def assault():
        peer = attacker().send(frames.headers(1, request(path=path)) + frames.data(1, prefix))
        assert status(peer, 1) == RESOURCE_EXHAUSTED
        is_alive(peer, 3)
        peer.close()

    siege.lay(assault)


@pytest.mark.parametrize("path", [UNARY, DUPLEX], ids=["unary", "duplex"])
def test_a_gzip_bomb_is_refused_while_it_inflates(siege, attacker, path):
    """512 MiB of zeros in half a megabyte."""
    packed = gzip.compress(bytes(512 * MEBIBYTE), 9)
    message = b"\1" + len(packed).to_bytes(4) + packed
    begin = frames.headers(1, request(("grpc-encoding", "gzip"), path=path))

    def assault():
        peer = attacker().send(begin)
        peer.send_within_windows(1, message, PATIENCE_SECONDS)
        assert status(peer, 1) == RESOURCE_EXHAUSTED
        is_alive(peer, 3)
        peer.close()

    siege.lay(assault)


def test_whole_requests_that_do_not_end_are_held_to_a_limit_of_bytes(siege, attacker):
    """A request that is complete but for the end of its stream is kept, and counted."""
    message = b"\0" + (60_000).to_bytes(4) + bytes(60_000)

    def assault():
        peer = attacker()
        for stream in range(1, 801, 2):
            peer.send(frames.headers(stream, request(path=UNARY)))
            peer.send_within_windows(stream, message, PATIENCE_SECONDS)
        first = next(frame for frame in peer.frames if frame.type == frames.HEADERS)
        assert status(peer, first.stream) == RESOURCE_EXHAUSTED
        peer.close()

    siege.lay(assault)
