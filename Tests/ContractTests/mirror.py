"""Asks message-mirror: ours decodes and encodes what Google's protobuf made, and the other way."""

import pathlib
import struct
import subprocess
import sys

from daemon import BINARIES, ROOT
from google.protobuf import descriptor_pool, message_factory

sys.path.insert(0, str(ROOT / "Protos" / "generate"))

import protoc  # noqa: E402

ROOTS = [ROOT / "Protos", ROOT / "Tests" / "Samples" / "Protos"]


class Refused(Exception):
    """Why the mirror refused a message."""


class Mirror:
    """The program, as long as the tests run."""

    def __init__(self):
        self.process = subprocess.Popen(
            [BINARIES / "message-mirror"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def through(self, name: str, packed: bytes) -> bytes:
        """The message after a way through its Swift value."""
        return self._ask(b"b", name, packed)

    def to_json(self, name: str, packed: bytes) -> str:
        """The message's JSON, as callbackctl prints it."""
        return self._ask(b"j", name, packed).decode()

    def from_json(self, name: str, text: str) -> bytes:
        """The message that JSON describes, as callbackctl reads it."""
        return self._ask(b"p", name, text.encode())

    def close(self) -> None:
        """Ends the program."""
        self.process.stdin.close()
        assert self.process.wait(timeout=10) == 0

    def _ask(self, kind: bytes, name: str, content: bytes) -> bytes:
        question = kind
        for part in (name.encode(), content):
            question += struct.pack(">I", len(part)) + part
        self.process.stdin.write(question)
        self.process.stdin.flush()
        mark, length = struct.unpack(">cI", self._read(5))
        answer = self._read(length)
        if mark != b"+":
            raise Refused(answer.decode())
        return answer

    def _read(self, count: int) -> bytes:
        read = self.process.stdout.read(count)
        assert len(read) == count, "message-mirror ended"
        return read


def _descriptors():
    own = sorted({str(p.relative_to(root)) for root in ROOTS for p in root.rglob("*.proto")})
    whole = protoc.descriptor_set(own, ROOTS)
    pool = descriptor_pool.DescriptorPool()
    for file in whole.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool, [
        pool.FindFileByName(file.name)
        for file in whole.file
        if file.name != protoc.DESCRIPTOR_PROTO
    ]


def _with_nested(descriptor):
    yield descriptor
    for nested in descriptor.nested_types:
        if not nested.GetOptions().map_entry:
            yield from _with_nested(nested)


POOL, FILES = _descriptors()

# Every message of every proto, by full name.
MESSAGES = {
    each.full_name: each
    for file in FILES
    for message in file.message_types_by_name.values()
    for each in _with_nested(message)
}


def new(name: str):
    """An empty message of Google's protobuf for Python."""
    return message_factory.GetMessageClass(MESSAGES[name])()


def read(name: str, packed: bytes):
    """A message as Google's protobuf for Python reads it."""
    return message_factory.GetMessageClass(MESSAGES[name]).FromString(packed)


def meaning(message) -> bytes:
    """What two messages of the same type have in common exactly when they mean the same."""
    message.DiscardUnknownFields()
    return message.SerializeToString(deterministic=True)


GOLDEN = pathlib.Path(ROOT / "Tests" / "Samples" / "Golden" / "vectors.tsv")
