"""callbackctl as a process."""

import json
import os
import subprocess

from daemon import BINARIES


def ctl(
    *arguments, daemon=None, code: int | None = 0, environment: dict | None = None
) -> subprocess.CompletedProcess:
    """Runs callbackctl and asserts its exit code, unless that is None.

    environment is added to the tests' own.
    """
    options = ["--socket", daemon.socket] if daemon else []
    ended = subprocess.run(
        [BINARIES / "callbackctl", *arguments, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | (environment or {}),
    )
    said = (ended.returncode, ended.stdout, ended.stderr)
    assert code in (None, ended.returncode), said
    return ended


def ctl_json(*arguments, daemon=None) -> dict:
    """Runs callbackctl and reads the JSON that it prints."""
    return json.loads(ctl(*arguments, "--json", daemon=daemon).stdout)
