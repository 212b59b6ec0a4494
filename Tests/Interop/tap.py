"""A relay between a client and a server that notes which gRPC messages are compressed.

gRPC libraries do not tell: they decompress before the application sees a message, and leave a
message as it is where compressing does not pay.
"""

import pathlib
import socket
import threading

PREFACE_BYTES = 24
DATA, PADDED = 0, 0x8


class Tap:
    """Listens on a socket of its own and relays to the server's."""

    def __init__(self, path: pathlib.Path, server: pathlib.Path):
        self.path = path
        self.server = server
        self._lock = threading.Lock()
        self._flags: dict[str, dict[int, list[int]]] = {"up": {}, "down": {}}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def flags(self, direction: str) -> list[int]:
        """The compression flags of the newest stream's messages; `direction`: up or down."""
        with self._lock:
            streams = self._flags[direction]
            return list(streams[max(streams)]) if streams else []

    def forget(self) -> None:
        with self._lock:
            self._flags = {"up": {}, "down": {}}

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.server))
            for source, target, direction in ((client, server, "up"), (server, client, "down")):
                relay = _Relay(self, source, target, direction)
                threading.Thread(target=relay.run, daemon=True).start()

    def note(self, direction: str, stream: int, flag: int) -> None:
        with self._lock:
            self._flags[direction].setdefault(stream, []).append(flag)


class _Relay:
    """One direction of a connection: bytes are looked at before they are passed on."""

    def __init__(self, tap: Tap, source: socket.socket, target: socket.socket, direction: str):
        self.tap, self.source, self.target, self.direction = tap, source, target, direction
        self.skip = PREFACE_BYTES if direction == "up" else 0
        self.frames = b""
        self.bodies: dict[int, _Body] = {}

    def run(self) -> None:
        try:
            while got := self.source.recv(65_536):
                self._look(got)
                self.target.sendall(got)
        except OSError:
            pass
        for end in (self.source, self.target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _look(self, got: bytes) -> None:
        skipped = min(self.skip, len(got))
        self.skip -= skipped
        self.frames += got[skipped:]
        while len(self.frames) >= 9:
            end = 9 + int.from_bytes(self.frames[:3])
            if len(self.frames) < end:
                return
            kind, flags = self.frames[3], self.frames[4]
            stream = int.from_bytes(self.frames[5:9]) & 0x7FFFFFFF
            payload = self.frames[9:end]
            self.frames = self.frames[end:]
            if kind == DATA:
                if flags & PADDED:
                    payload = payload[1 : len(payload) - payload[0]]
                for flag in self.bodies.setdefault(stream, _Body()).take(payload):
                    self.tap.note(self.direction, stream, flag)


class _Body:
    """Finds the prefixes of messages in the body of a call."""

    def __init__(self):
        self.prefix = b""
        self.left = 0

    def take(self, payload: bytes):
        while payload:
            if self.left:
                part = min(self.left, len(payload))
                self.left -= part
                payload = payload[part:]
                continue
            missing = 5 - len(self.prefix)
            self.prefix += payload[:missing]
            payload = payload[missing:]
            if len(self.prefix) == 5:
                yield self.prefix[0]
                self.left = int.from_bytes(self.prefix[1:])
                self.prefix = b""
