"""Floods: frames that cost their sender nothing end the connection, with the code that says so."""

import frames
import hpack
import pytest
from connection import DUPLEX, EMPTY_MESSAGE, request
from frames import ENHANCE_YOUR_CALM, PROTOCOL_ERROR

CALL = frames.headers
STREAMS = range(1, 20_001, 2)


def sent_away(attacker, *pieces: bytes, codes=(ENHANCE_YOUR_CALM,)) -> None:
    """The connection is closed with one of the codes before all pieces were taken."""
    for piece in pieces:
        attacker.send(piece)
    attacker.until_closed()
    assert attacker.goaway in codes, attacker.tail
    attacker.close()


def streams(make) -> bytes:
    """The frames that `make` gives for each of many streams."""
    return b"".join(make(stream) for stream in STREAMS)


# Rapid reset.


@pytest.mark.parametrize("path", [None, DUPLEX], ids=["unary", "duplex"])
def test_rapid_reset(siege, attacker, path):
    block = request(path=path) if path else request()
    flood = streams(lambda id: frames.headers(id, block) + frames.rst_stream(id))
    siege.lay(lambda: sent_away(attacker(), flood))


def test_rapid_reset_of_whole_calls(siege, attacker):
    block = request()
    flood = streams(
        lambda id: frames.headers(id, block)
        + frames.data(id, EMPTY_MESSAGE, end=True)
        + frames.rst_stream(id)
    )
    siege.lay(lambda: sent_away(attacker(), flood))


# Stream errors that make the server do the resetting.

BLOCK = request()
WRONGS = {
    "window_update_of_0": lambda id: frames.headers(id, BLOCK) + frames.window_update(id, 0),
    "window_over_31_bits": lambda id: frames.headers(id, BLOCK)
    + frames.window_update(id, frames.LARGEST_WINDOW),
    "body_over_its_content_length": lambda id: frames.headers(
        id, request(("content-length", "1"))
    )
    + frames.data(id, EMPTY_MESSAGE),
    "malformed_request": lambda id: frames.headers(id, request(("X-Upper", "1"))),
    "trailers_that_do_not_end": lambda id: frames.headers(id, BLOCK) * 2,
    "headers_after_the_end": lambda id: frames.headers(id, request(path=DUPLEX), end=True)
    + frames.headers(id, BLOCK, end=True),
    "data_after_the_end": lambda id: frames.headers(id, request(path=DUPLEX), end=True)
    + frames.data(id, EMPTY_MESSAGE),
    "priority_of_a_wrong_size": lambda id: frames.headers(id, BLOCK)
    + frames.frame(frames.PRIORITY, 0, id, b"\0" * 4),
    "priority_on_itself": lambda id: frames.headers(id, BLOCK) + frames.priority(id, id),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_stream_errors(siege, attacker, wrong):
    flood = streams(WRONGS[wrong])
    # An error that the server takes for one of the whole connection ends it at the first.
    codes = (ENHANCE_YOUR_CALM, PROTOCOL_ERROR, frames.STREAM_CLOSED, frames.FRAME_SIZE_ERROR)
    siege.lay(lambda: sent_away(attacker(), flood, codes=codes))


# Field blocks without an end.


PIECES = {
    "empty": b"",
    "a_small_field": hpack.literal("x", "y"),
    "a_large_field": hpack.literal("x", "y" * 16_000),
}


@pytest.mark.parametrize("kind", PIECES)
def test_continuation_flood(siege, attacker, kind):
    piece = PIECES[kind]
    begin = frames.headers(1, request(), whole=False)
    flood = frames.continuation(1, piece, whole=False) * (2_000 if len(piece) < 100 else 400)
    siege.lay(lambda: sent_away(attacker(), begin, flood))


# Frames that cost nothing.

FREE = {
    "ping": frames.ping(),
    "ping_acknowledgement": frames.ping(ack=True),
    "settings": frames.settings((frames.INITIAL_WINDOW_SIZE, 65_535)),
    "empty_settings": frames.settings(),
    "settings_of_unknown_kinds": frames.settings(*[(id, 1) for id in range(0x20, 0x40)]),
    "priority": frames.priority(1),
    "priority_of_idle_streams": b"".join(frames.priority(id) for id in range(1, 400, 2)),
    "window_update": frames.window_update(0, 1),
}


@pytest.mark.parametrize("kind", FREE)
def test_floods_of_free_frames(siege, attacker, kind):
    frame = FREE[kind]
    flood = frame * (4_000_000 // len(frame))
    siege.lay(lambda: sent_away(attacker(), flood))


def test_a_flood_of_frames_of_an_unknown_type_is_ignored(siege, attacker):
    """They have to be (RFC 9113, section 4.1), and nothing is done for them."""
    flood = frames.frame(0xFA, 0, 1, b"?" * 8) * 100_000

    def assault():
        peer = attacker().send(flood + frames.ping(b"still on"))
        assert peer.until(frames.PING).payload == b"still on"
        peer.close()

    siege.lay(assault)


def test_empty_data_flood(siege, attacker):
    """On a stream whose handler waits for a message that never comes."""
    begin = frames.headers(1, request(path=DUPLEX))
    siege.lay(lambda: sent_away(attacker(), begin, frames.data(1) * 100_000))


@pytest.mark.parametrize("kind", ["ping", "settings"])
def test_floods_whose_answers_are_not_read(siege, attacker, kind):
    """The server stops to read before what it has to say piles up."""

    def assault():
        peer = attacker(reads=False)
        peer.send(FREE[kind] * 400_000, patience=0.2)
        assert peer.sent < 4_000_000, "the server took all of it"
        peer.close()

    siege.lay(assault)
