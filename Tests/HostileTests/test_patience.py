"""Peers that wait, or let wait: they run out of time, and cost no memory until then."""

import frames
from attacker import Attacker
from connection import DUPLEX, EMPTY_MESSAGE, PATH, request
from frames import ENHANCE_YOUR_CALM, SETTINGS_TIMEOUT
from siege import Siege

UNARY = "/grpc.testing.TestService/UnaryCall"
STREAMING = "/grpc.testing.TestService/StreamingOutputCall"
NO_ROOM = ((frames.INITIAL_WINDOW_SIZE, 0),)
CONNECTIONS = 50
STREAMS = range(1, 401, 2)


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def message(body: bytes) -> bytes:
    return b"\0" + len(body).to_bytes(4) + body


def wants(size: int, count: int) -> bytes:
    """A StreamingOutputCallRequest for `count` payloads of `size` bytes."""
    parameters = b"\x08" + varint(size)
    return message((b"\x12" + varint(len(parameters)) + parameters) * count)


def all_time_out(target, peers) -> None:
    for peer in peers:
        peer.until_closed(target.patience)
        assert peer.goaway == SETTINGS_TIMEOUT, peer.tail
        peer.close()


def test_half_a_preface_held_open(impatient):
    def wait():
        peers = [Attacker(impatient.connect, greet=False) for _ in range(CONNECTIONS)]
        for peer in peers:
            peer.send(frames.PREFACE[:10])
        all_time_out(impatient, peers)

    Siege(impatient).beside(wait)


def test_a_peer_that_says_nothing(impatient):
    def wait():
        all_time_out(
            impatient, [Attacker(impatient.connect, greet=False) for _ in range(CONNECTIONS)]
        )

    Siege(impatient).beside(wait)


def test_a_peer_that_never_acknowledges_settings(impatient):
    """Though it makes calls meanwhile, which are answered."""

    def wait():
        peers = [Attacker(impatient.connect, greet=False) for _ in range(CONNECTIONS)]
        for peer in peers:
            peer.send(frames.PREFACE + frames.settings())
            peer.send(frames.headers(1, request()) + frames.data(1, EMPTY_MESSAGE, end=True))
            peer.until(frames.DATA, 1)
        all_time_out(impatient, peers)

    Siege(impatient).beside(wait)


def test_a_reader_that_stops_reading_streams(impatient):
    """Each stream ends with the code that gRPC reads as RESOURCE_EXHAUSTED; the connection goes
    on, and its other calls do meanwhile."""
    body = wants(10_000, 1_000)

    def wait():
        peer = Attacker(impatient.connect, settings=NO_ROOM)
        for stream in STREAMS:
            peer.send(frames.headers(stream, request(path=STREAMING)))
            peer.send(frames.data(stream, body, end=True))
        beside = STREAMS.stop
        peer.send(frames.headers(beside, request()) + frames.window_update(beside, 1_000))
        peer.send(frames.data(beside, EMPTY_MESSAGE, end=True)).until(frames.DATA, beside)
        for stream in STREAMS:
            reset = peer.until(frames.RST_STREAM, stream, impatient.patience)
            assert reset.error == ENHANCE_YOUR_CALM
        beside += 2
        peer.send(frames.headers(beside, request()) + frames.window_update(beside, 1_000))
        peer.send(frames.data(beside, EMPTY_MESSAGE, end=True)).until(frames.DATA, beside)
        peer.close()

    Siege(impatient).beside(wait)


def test_a_reader_that_leaves_large_answers_unread(impatient):
    """Calls wait to be started while too much of earlier answers waits to be read."""
    # SimpleRequest with a response of 300,000 bytes.
    body = message(b"\x10" + varint(300_000))

    def wait():
        peer = Attacker(impatient.connect, settings=NO_ROOM)
        for stream in STREAMS:
            peer.send(frames.headers(stream, request(path=UNARY)))
            peer.send(frames.data(stream, body, end=True))
        for stream in STREAMS[:50]:
            reset = peer.until(frames.RST_STREAM, stream, impatient.patience)
            assert reset.error == ENHANCE_YOUR_CALM
        peer.close()

    # What may wait for one connection is a limit of its own: 32 MiB.
    Siege(impatient).beside(wait, flat_bytes=56 << 20)


def test_a_reader_that_stops_reading_its_connection(impatient):
    """Windows are wide open, but nothing is taken out of the socket."""
    body = wants(10_000, 1_000)
    wide = ((frames.INITIAL_WINDOW_SIZE, frames.LARGEST_WINDOW),)

    def wait():
        peers = []
        for _ in range(10):
            peer = Attacker(impatient.connect, settings=wide, reads=False)
            peer.send(frames.window_update(0, 1 << 30))
            for stream in STREAMS[:20]:
                call = frames.headers(stream, request(path=STREAMING))
                # The server stops to read as soon as it cannot write.
                peer.send(call + frames.data(stream, body, end=True), patience=0.02)
            peers.append(peer)
        for peer in peers:
            while not peer.is_closed:
                # A hang-up shows without reading; only then is the rest looked at.
                peer.await_hang_up(impatient.patience)
                peer.until_closed()
            peer.close()

    Siege(impatient).beside(wait)


def test_a_reader_that_stops_reading_and_breaks_the_protocol(impatient):
    """What it was to be told stays where it is, less than makes the server stop to read; it is
    hung up on all the same."""
    # SimpleRequest with a response of 300,000 bytes: more than the kernel holds of a connection.
    body = message(b"\x10" + varint(300_000))
    wide = ((frames.INITIAL_WINDOW_SIZE, frames.LARGEST_WINDOW),)

    def wait():
        peer = Attacker(impatient.connect, settings=wide, reads=False)
        peer.send(frames.window_update(0, 1 << 30))
        peer.send(frames.headers(1, request(path=UNARY)) + frames.data(1, body, end=True))
        peer.await_unread(100_000)
        peer.send(frames.data(0, b"on no stream"))
        peer.await_hang_up(impatient.patience)
        peer.close()

    Siege(impatient).beside(wait)


def test_a_sender_whose_requests_cannot_be_handled(siege, attacker):
    """The handlers cannot answer, so that they do not read: requests are held back, also those
    that are empty, and the connection is no exception with many streams."""
    begin = wants(100_000, 5)
    floods = {"large": message(bytes(8_000)), "empty": EMPTY_MESSAGE}

    def assault():
        for kind, unit in floods.items():
            piece = unit * (400_000 // len(unit))
            peer = attacker(settings=NO_ROOM)
            peer.until(frames.SETTINGS)
            for stream in STREAMS[:60]:
                peer.send(frames.headers(stream, request(path=DUPLEX)))
                took_all = peer.send_within_windows(stream, begin + piece, 0.01)
                assert not took_all, f"{kind} requests are never held back"
            peer.close()

    # Two of these connections at a time, each with all that the limits allow it: 8 MiB of unread
    # requests, and for every stream an answer of 100,000 bytes that cannot be sent.
    siege.lay(assault, flat_bytes=64 << 20)
