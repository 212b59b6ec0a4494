"""What the demo stands on: a daemon, real commands, programs in the background, checks."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("CALLBACK_BINARIES", ROOT / ".build" / "debug"))
WAIT = 15  # seconds for anything that must happen
COLOR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


class Failure(Exception):
    """Something that the demo shows is not so."""


def paint(text: str, code: str) -> str:
    """The text in colour, where colours are wanted."""
    return f"\033[{code}m{text}\033[0m" if COLOR else text


class Background:
    """A command that runs beside the demo and whose output can be waited for."""

    def __init__(self, stage: "Stage", name: str, command: list[str]):
        self.path = stage.folder / f"{name}.out"
        self.read = 0
        with open(self.path, "wb") as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )

    def until(self, *marks: str) -> str:
        """What the command printed since the last look, once it holds all marks."""
        deadline = time.monotonic() + WAIT
        while True:
            text = self.path.read_text()
            fresh = text[self.read :]
            if all(mark in fresh for mark in marks):
                # Only whole lines count: the last mark may stand in an unfinished one.
                end = text.rfind("\n") + 1
                if all(mark in text[self.read : end] for mark in marks):
                    fresh, self.read = text[self.read : end], end
                    return fresh
            if self.process.poll() is not None:
                raise Failure(f"{self.path.stem} ended with {self.process.returncode}:\n{text}")
            if time.monotonic() > deadline:
                raise Failure(f"{self.path.stem} did not print {marks}; it printed:\n{fresh}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Asks the command to end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Stage:
    """A daemon on a socket of its own, and the commands that are run against it."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.socket = folder / "callbackd.sock"
        self.data = folder / "data"
        self.daemon: subprocess.Popen | None = None
        self.background: list[Background] = []
        self.checks = 0

    # Programs

    def start_daemon(self) -> None:
        """Starts callbackd and waits until it answers."""
        command = [str(BINARIES / "callbackd"), "--socket", str(self.socket), "--data"]
        command.append(str(self.data))
        self.show(["callbackd", "--socket", "callbackd.sock", "--data", "data", "&"])
        with open(self.folder / "callbackd.log", "ab") as log:
            self.daemon = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + WAIT
        while self.run(["info"], codes=(0, 3)).returncode != 0:
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                raise Failure((self.folder / "callbackd.log").read_text())
            time.sleep(0.05)

    def kill_daemon(self) -> None:
        """kill -9."""
        assert self.daemon is not None
        self.show(["kill", "-9", str(self.daemon.pid)])
        self.daemon.kill()
        self.daemon.wait()

    def beside(self, name: str, *arguments: str) -> Background:
        """Runs a command in the background."""
        self.show(["callbackctl", *arguments, "&"])
        started = Background(self, name, self.command(arguments))
        self.background.append(started)
        return started

    def close(self) -> int:
        """Ends what was started; the daemon's exit code."""
        for each in self.background:
            each.stop()
        if self.daemon is None or self.daemon.poll() is not None:
            return -1
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(timeout=20)

    # Commands

    def command(self, arguments) -> list[str]:
        """The command line with the socket."""
        color = ["--color", "always"] if COLOR else []
        return [str(BINARIES / "callbackctl"), *arguments, "--socket", str(self.socket), *color]

    def run(self, arguments, codes=(0,)) -> subprocess.CompletedProcess:
        """Runs a command without showing it."""
        done = subprocess.run(self.command(arguments), capture_output=True, text=True, timeout=60)
        if done.returncode not in codes:
            raise Failure(
                f"callbackctl {' '.join(arguments)} ended with {done.returncode}:\n"
                f"{done.stdout}{done.stderr}"
            )
        return done

    def ctl(self, *arguments: str, codes=(0,)) -> str:
        """Shows a command and what it prints."""
        self.show(["callbackctl", *arguments])
        done = self.run(arguments, codes)
        text = done.stdout + done.stderr
        self.print(text)
        return text

    def ask(self, *arguments: str):
        """The answer of a command as JSON, for a check; not shown."""
        return json.loads(self.run([*arguments, "--json"]).stdout)

    # What is shown

    def title(self, text: str) -> None:
        """Begins a scene."""
        print(f"\n{paint('— ' + text + ' ' + '—' * max(3, 76 - len(text)), '1')}", flush=True)

    def show(self, words: list[str]) -> None:
        """Shows a command line."""
        line = " ".join(f'"{word}"' if " " in word else word for word in words)
        print(paint(f"$ {line}", "36"), flush=True)

    def print(self, text: str) -> None:
        """Shows output, indented."""
        for line in text.rstrip("\n").split("\n"):
            print(f"  {line}", flush=True)

    def check(self, what: str, holds: bool, seen=None) -> None:
        """Asserts what was shown."""
        if not holds:
            raise Failure(f"not so: {what}" + ("" if seen is None else f" (seen: {seen})"))
        self.checks += 1
        print(f"  {paint('✓', '32')} {what}", flush=True)
