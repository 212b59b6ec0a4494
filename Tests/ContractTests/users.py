"""Other users of the host, by number: they need no entry in the list of users."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import grpc
import record
from daemon import Daemon

CALLER = pathlib.Path(__file__).resolve().with_name("caller.py")


class User:
    """Calls a daemon with these ids, through a process of its own."""

    def __init__(self, daemon: Daemon, pb, uid: int, gid: int = 0, groups: tuple[int, ...] = ()):
        self.daemon, self.pb = daemon, pb
        self.drop = ["setpriv", f"--reuid={uid}", f"--regid={gid or uid}"]
        self.drop += [f"--groups={','.join(map(str, groups))}" if groups else "--clear-groups"]
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "User":
        self.process = subprocess.Popen(
            [*self.drop, sys.executable, CALLER, self.daemon.socket],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
        )
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0

    def call(self, path: str, request=None, stream: bool | str = False):
        """The code of a call, and the reason of its refusal; of a stream the first message is
        awaited, with "whole" its end."""
        body = request.SerializeToString() if request is not None else b""
        line = json.dumps({"path": path, "request": body.hex(), "stream": stream})
        print(line, file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if answer["code"] == "OK":
            return "OK", ""
        details = bytes.fromhex(answer["details"])
        reason = record.note(
            path, grpc.StatusCode[answer["code"]], [("grpc-status-details-bin", details)]
        )
        return answer["code"], reason

    def curl(self, page: str) -> str:
        """The HTTP status of a page; 000 where the socket cannot be reached."""
        done = subprocess.run(
            [*self.drop, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
             "--http2-prior-knowledge", "--unix-socket", self.daemon.socket,
             f"http://localhost{page}"],
            capture_output=True, text=True, cwd="/",
        )
        return done.stdout


class OpenFolder:
    """A folder that every user may enter, unlike those of pytest."""

    def __enter__(self) -> pathlib.Path:
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="cb"))
        self.path.chmod(0o711)
        return self.path

    def __exit__(self, *_) -> None:
        shutil.rmtree(self.path)
