"""A client's end of an HTTP/2 connection that does exactly what a test tells it to."""

import socket
import time

import frames
import hpack
from frames import Frame

# Far more than a server on this host needs; only a failing test waits that long.
PATIENCE_SECONDS = 10

PATH = "/grpc.testing.TestService/EmptyCall"
DUPLEX = "/grpc.testing.TestService/FullDuplexCall"
EMPTY_MESSAGE = b"\0\0\0\0\0"

REQUEST: list[hpack.Field] = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", PATH),
    (":authority", "localhost"),
    ("te", "trailers"),
    ("content-type", "application/grpc"),
]


def request(*more: hpack.Field, without: str | None = None, path: str = PATH) -> bytes:
    """The fields of a call, with some more or without one."""
    fields = [(name, path if name == ":path" else value) for name, value in REQUEST]
    return hpack.block([field for field in fields if field[0] != without] + list(more))


class Closed(Exception):
    """The server has closed the connection."""


class Connection:
    """Sends bytes and takes frames."""

    def __init__(self, connect, greet: bool = True, settings: tuple = ()):
        self.socket: socket.socket = connect()
        self.socket.settimeout(PATIENCE_SECONDS)
        self.received = b""
        self.seen: list[Frame] = []
        self.server_settings: dict[int, int] = {}
        if greet:
            self.send(frames.PREFACE + frames.settings(*settings))
            self.settle()

    def close(self) -> None:
        self.socket.close()

    def send(self, *pieces: bytes) -> "Connection":
        """Sends; that the server has hung up already shows when its frames are read."""
        try:
            self.socket.sendall(b"".join(pieces))
        except (BrokenPipeError, ConnectionResetError):
            pass
        return self

    def take(self, count: int) -> bytes:
        """Takes bytes."""
        while len(self.received) < count:
            try:
                got = self.socket.recv(65_536)
            except ConnectionResetError:
                got = b""
            if not got:
                raise Closed
            self.received += got
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def next(self) -> Frame:
        """Takes the next frame, whatever it is; acknowledges SETTINGS."""
        head = self.take(9)
        payload = self.take(int.from_bytes(head[:3]))
        frame = Frame(head[3], head[4], int.from_bytes(head[5:]) & 0x7FFFFFFF, payload)
        self.seen.append(frame)
        if frame.type == frames.SETTINGS and not frame.has(frames.ACK):
            for at in range(0, len(payload), 6):
                key, value = payload[at : at + 2], payload[at + 2 : at + 6]
                self.server_settings[int.from_bytes(key)] = int.from_bytes(value)
            self.send(frames.settings_ack())
        return frame

    def until(self, kind: int, stream: int | None = None, ack: bool | None = None) -> Frame:
        """Takes frames until one of this kind; a GOAWAY or RST_STREAM in its place fails."""
        while True:
            frame = self.next()
            is_own = stream is None or frame.stream == stream
            if frame.type == kind and is_own and ack in (None, frame.has(frames.ACK)):
                return frame
            if frame.type == frames.GOAWAY or (frame.type == frames.RST_STREAM and is_own):
                raise AssertionError(f"{frame} instead of a frame of type {kind}")

    def settle(self) -> None:
        """Waits until both sides have acknowledged each other's SETTINGS."""
        if not self.server_settings:
            self.until(frames.SETTINGS, ack=False)
        self.until(frames.SETTINGS, ack=True)

    def open(self, stream: int, *more: hpack.Field, path: str = PATH) -> "Connection":
        """Begins a call whose body does not end yet."""
        return self.send(frames.headers(stream, request(*more, path=path)))

    def call(self, stream: int, *more: hpack.Field) -> "Connection":
        """Sends a whole call."""
        return self.open(stream, *more).send(frames.data(stream, EMPTY_MESSAGE, end=True))

    # What a test expects.

    def answers(self, stream: int) -> Frame:
        """The call is answered to its end; gives the head of the answer."""
        head = self.until(frames.HEADERS, stream)
        last = head
        while not (last.stream == stream and last.has(frames.END_STREAM)):
            last = self.next()
            is_error = last.type == frames.RST_STREAM and last.stream == stream
            assert not is_error and last.type != frames.GOAWAY, f"{last} within the answer"
        return head

    def is_alive(self, stream: int = 101) -> None:
        """The connection still answers, and with a fresh call too."""
        self.send(frames.ping(b"is-alive"))
        while self.until(frames.PING, ack=True).payload != b"is-alive":
            pass
        self.call(stream).answers(stream)

    def connection_error(self, *codes: int, silent: bool = False) -> None:
        """The connection is ended with one of the codes; `silent`: a mere close will do."""
        code = None
        try:
            while True:
                frame = self.next()
                if frame.type == frames.GOAWAY and frame.error != frames.NO_ERROR:
                    code = frame.error
        except Closed:
            pass
        except TimeoutError:
            raise AssertionError(f"the connection stays open: {self.seen}") from None
        assert code in codes or (code is None and silent), f"ended with {code}: {self.seen}"

    def stream_error(self, stream: int, *codes: int) -> None:
        """The stream is reset with one of the codes, or the whole connection is ended with it
        (section 5.4: an endpoint may always treat a stream error so)."""
        while True:
            try:
                frame = self.next()
            except (Closed, TimeoutError) as end:
                raise AssertionError(f"{end!r} instead of an error: {self.seen}") from None
            if frame.type == frames.RST_STREAM and frame.stream == stream:
                # The end of an answered call may cross what the test has sent.
                if frame.error == frames.NO_ERROR and frames.NO_ERROR not in codes:
                    continue
            elif frame.type != frames.GOAWAY or frame.error == frames.NO_ERROR:
                continue
            assert frame.error in codes, f"{frame}, not {codes}"
            return

    def remaining(self, seconds: float) -> list[Frame]:
        """All frames that come within a time."""
        end = time.monotonic() + seconds
        taken = []
        try:
            while (left := end - time.monotonic()) > 0:
                self.socket.settimeout(left)
                taken.append(self.next())
        except (TimeoutError, Closed):
            pass
        finally:
            self.socket.settimeout(PATIENCE_SECONDS)
        return taken
