"""Honest clients never trip a limit, whatever their pattern looks like."""

import queue
import threading
import time

import frames
import grpc
import pytest
from attacker import Attacker
from connection import DUPLEX, EMPTY_MESSAGE, PATH, request
from siege import MEASURED, Siege
from target import Memory, Target

STREAMED = 500_000
PER_REQUEST = 1_000
CALLS = 5_000


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """A server of its own: what is done here goes on beside the other tests."""
    running = Target(tmp_path_factory.mktemp("honest"))
    Siege(running).warm_up()
    yield running
    running.stop()


class Estimator(Attacker):
    """A client that estimates bandwidth: a PING with each burst of data, and windows that it opens
    as it reads. `data_bytes` and `ended` tell what arrived; frames are not kept."""

    def __init__(self, connect):
        self.data_bytes = self.pings = self.acknowledged = 0
        self.ended: set[int] = set()
        self._later = b""
        self._is_answering = False
        super().__init__(connect)

    def _note(self, frame):
        if frame.type == frames.DATA and frame.payload:
            self.data_bytes += len(frame.payload)
            self.pings += 1
            more = frames.window_update(0, len(frame.payload))
            if not frame.has(frames.END_STREAM):
                more += frames.window_update(frame.stream, len(frame.payload))
            self._later += frames.ping(b"estimate") + more
        elif frame.type == frames.PING and frame.has(frames.ACK):
            self.acknowledged += 1
        elif frame.type == frames.HEADERS and frame.has(frames.END_STREAM):
            self.ended.add(frame.stream)
        elif frame.type == frames.WINDOW_UPDATE or frame.type == frames.SETTINGS:
            super()._note(frame)
        assert frame.type not in (frames.GOAWAY, frames.RST_STREAM), f"sent away: {frame}"

    def _take(self):
        """Whatever is taken is answered at once, once for all that sending the answer takes."""
        super()._take()
        if not self._is_answering:
            self._is_answering = True
            while self._later:
                later, self._later = self._later, b""
                self.send(later)
            self._is_answering = False

    def until_ended(self, stream: int) -> None:
        while stream not in self.ended:
            self.wait()


def wants(count: int, size: int) -> bytes:
    """A StreamingOutputCallRequest for `count` payloads of `size` bytes (below 128)."""
    body = (b"\x12\x02\x08" + bytes([size])) * count
    return b"\0" + len(body).to_bytes(4) + body


def test_a_ping_with_each_burst_over_a_stream_of_500_000_messages(patient):
    size = 100
    with Memory(patient) as memory:
        peer = Estimator(patient.connect)
        peer.send(frames.headers(1, request(path=DUPLEX)))
        ask = wants(PER_REQUEST, size)
        # Payload 100 in a Payload message in the response: 2 + 2 + 100, and gRPC's prefix.
        expected = STREAMED * (5 + 2 + 2 + size)
        for _ in range(STREAMED // PER_REQUEST):
            assert peer.send_within_windows(1, ask, patience=20)
        peer.send(frames.data(1, end=True))
        peer.until_ended(1)
        assert peer.data_bytes == expected
        assert peer.pings > 1_000
        peer.close()
    MEASURED.append((f"500,000 messages, {peer.pings} PINGs", memory.growth, 0))


def test_a_ping_with_each_burst_over_5_000_calls_in_a_row(patient):
    head = request()
    with Memory(patient) as memory:
        peer = Estimator(patient.connect)
        for stream in range(1, 2 * CALLS, 2):
            peer.send(
                frames.headers(stream, head)
                + frames.data(stream, EMPTY_MESSAGE, end=True)
                + frames.ping(b"estimate")
            )
            peer.until_ended(stream)
        assert len(peer.ended) == CALLS
        assert peer.pings == CALLS
        peer.close()
    MEASURED.append((f"{CALLS} calls in a row with PINGs", memory.growth, 0))


def test_grpcio_makes_5_000_calls_in_a_row_on_one_connection(patient):
    options = [
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_retries", 0),
        ("grpc.http2.bdp_probe", 1),
        ("grpc.keepalive_time_ms", 1_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    before = patient.settled_descriptors()
    with grpc.insecure_channel(f"unix:{patient.path}", options=options) as channel:
        call = channel.unary_unary(PATH)
        for _ in range(CALLS):
            assert call(b"", timeout=20) == b""
        assert patient.settled_descriptors() == before + 1


def test_2_000_cancelled_calls_spread_over_a_minute(cancelling):
    """Each of them running in its handler, on one connection. They began before all other tests,
    so that the minute passes beside them."""
    cancelling.result()
