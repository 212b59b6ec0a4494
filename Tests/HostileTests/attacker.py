"""What an attacker sends, and how the server ends it."""

import array
import collections
import fcntl
import select
import socket
import termios
import time

import frames
from connection import PATIENCE_SECONDS
from frames import Frame

PIECE_BYTES = 256 * 1024


class Attacker:
    """A connection that sends as fast as the server takes it, and looks at what comes back."""

    def __init__(self, connect, settings: tuple = (), greet: bool = True, reads: bool = True):
        self.socket: socket.socket = connect()
        self.socket.setblocking(False)
        self.reads = reads
        self.is_closed = False
        self.sent = 0
        self.frames: list[Frame] = []
        self.server_window = frames.DEFAULT_WINDOW
        self._received = b""
        self._given: collections.Counter[int] = collections.Counter()
        self._used: collections.Counter[int] = collections.Counter()
        if greet:
            self.send(frames.PREFACE + frames.settings(*settings) + frames.settings_ack())

    def close(self) -> None:
        self.socket.close()

    def send(self, piece: bytes, patience: float = PATIENCE_SECONDS) -> "Attacker":
        """Sends all of it, or until the server has closed or takes no more for a while."""
        left = memoryview(piece)
        while left and not self.is_closed:
            wanted = select.POLLOUT | (select.POLLIN if self.reads else 0)
            events = self._poll(wanted, patience)
            if events & select.POLLIN:
                self._take()
            if events & (select.POLLOUT | select.POLLHUP | select.POLLERR):
                try:
                    count = self.socket.send(left[:PIECE_BYTES])
                except BlockingIOError:
                    continue
                except (BrokenPipeError, ConnectionResetError):
                    self._drain()
                    return self
                self.sent += count
                left = left[count:]
            if not events:
                break
        return self

    def room(self, stream: int) -> int:
        """What the server lets this side send on the stream now."""
        initial = {0: frames.DEFAULT_WINDOW}.get
        return min(
            initial(id, self.server_window) + self._given[id] - self._used[id]
            for id in (0, stream)
        )

    def send_within_windows(self, stream: int, payload: bytes, patience: float) -> bool:
        """Sends DATA as the server gives room for it; false when it gave none for so long."""
        for at in range(0, len(payload), frames.SMALLEST_MAX_FRAME):
            piece = payload[at : at + frames.SMALLEST_MAX_FRAME]
            while self.room(stream) < len(piece):
                if self.is_closed or not self._poll(select.POLLIN, patience):
                    return False
                self._take()
            for id in (0, stream):
                self._used[id] += len(piece)
            self.send(frames.data(stream, piece))
        return True

    def wait(self, patience: float = PATIENCE_SECONDS) -> None:
        """Takes what comes next."""
        assert not self.is_closed, f"closed: {self.tail}"
        assert self._poll(select.POLLIN, patience), f"silence: {self.tail}"
        self._take()

    def await_hang_up(self, patience: float) -> None:
        """Waits until the server has closed, without reading what it sent."""
        assert self._poll(select.POLLHUP, patience), "still open"

    def await_unread(self, count: int) -> None:
        """Waits until so many bytes lie in the socket, without reading them."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        unread = array.array("i", [0])
        while unread[0] < count:
            assert time.monotonic() < deadline, f"{unread[0]} bytes have come"
            time.sleep(0.01)
            fcntl.ioctl(self.socket, termios.FIONREAD, unread)

    def until_closed(self, patience: float = PATIENCE_SECONDS) -> "Attacker":
        """Reads until the server closes."""
        while not self.is_closed:
            assert self._poll(select.POLLIN, patience), f"still open: {self.tail}"
            self._take()
        return self

    def until(self, kind: int, stream: int = 0, patience: float = PATIENCE_SECONDS) -> Frame:
        """Reads until there is such a frame."""
        looked = 0
        while True:
            for frame in self.frames[looked:]:
                if frame.type == kind and frame.stream == stream:
                    return frame
            looked = len(self.frames)
            self.wait(patience)

    @property
    def tail(self) -> list[Frame]:
        return self.frames[-3:]

    def errors(self, kind: int) -> list[int]:
        """The codes of all GOAWAY or RST_STREAM frames."""
        return [frame.error for frame in self.frames if frame.type == kind]

    @property
    def goaway(self) -> int | None:
        """The code of the last GOAWAY."""
        codes = self.errors(frames.GOAWAY)
        return codes[-1] if codes else None

    def _poll(self, wanted: int, patience: float) -> int:
        """Waits for one of the events; tells which there are. Descriptors may be thousands."""
        poll = select.poll()
        poll.register(self.socket, wanted)
        found = poll.poll(patience * 1_000)
        return found[0][1] if found else 0

    def _drain(self) -> None:
        while not self.is_closed:
            if not self._poll(select.POLLIN, PATIENCE_SECONDS):
                return
            self._take()

    def _take(self) -> None:
        try:
            got = self.socket.recv(PIECE_BYTES)
        except BlockingIOError:
            return
        except ConnectionResetError:
            got = b""
        self.is_closed = not got
        self._received += got
        at = 0
        while len(self._received) - at >= 9:
            head = self._received[at : at + 9]
            end = at + 9 + int.from_bytes(head[:3])
            if len(self._received) < end:
                break
            stream = int.from_bytes(head[5:]) & 0x7FFFFFFF
            self._note(Frame(head[3], head[4], stream, self._received[at + 9 : end]))
            at = end
        self._received = self._received[at:]

    def _note(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame.type == frames.WINDOW_UPDATE:
            self._given[frame.stream] += int.from_bytes(frame.payload)
        elif frame.type == frames.SETTINGS:
            for at in range(0, len(frame.payload), 6):
                if int.from_bytes(frame.payload[at : at + 2]) == frames.INITIAL_WINDOW_SIZE:
                    self.server_window = int.from_bytes(frame.payload[at + 2 : at + 6])
