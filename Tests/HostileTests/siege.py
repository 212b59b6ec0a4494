"""An attack, kept up while somebody else is served and the server's memory is watched."""

import os

from honest import Honest
from target import MEBIBYTE, Memory, Target

# The most that an attack may add to the server's resident memory at any moment: less than the
# server takes when it does nothing. What one connection may legitimately have in flight (windows,
# backlogs, an inflated message) is part of it.
FLAT_BYTES = 24 * MEBIBYTE

# Calls of the honest client that have to be answered while the attack goes on.
SERVED_MEANWHILE = 20

# What was measured, for the report: name, growth in bytes, calls served.
MEASURED: list[tuple[str, int, int]] = []


class Siege:
    """Attacks one server."""

    def __init__(self, target: Target):
        self.target = target

    def lay(self, assault, rounds: int = 3, flat_bytes: int = FLAT_BYTES) -> None:
        """Repeats an assault at least so many times, and until others were served meanwhile."""
        with Memory(self.target) as memory, Honest(self.target.path) as honest:
            done = 0
            while done < rounds or (honest.served < SERVED_MEANWHILE and not honest.failure):
                assault()
                done += 1
        self._judge(memory, honest, flat_bytes)

    def beside(self, wait, flat_bytes: int = FLAT_BYTES) -> None:
        """Does something once that takes its time, while others are served."""
        with Memory(self.target) as memory, Honest(self.target.path) as honest:
            wait()
        self._judge(memory, honest, flat_bytes)

    def warm_up(self) -> None:
        """Lets the server take the memory that it keeps for ordinary work."""
        with Honest(self.target.path) as honest:
            while honest.served < 500 and not honest.failure:
                honest.call(b"")
        assert not honest.failure

    def _judge(self, memory: Memory, honest: Honest, flat_bytes: int) -> None:
        name = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[2].partition(" ")[0]
        MEASURED.append((name, memory.growth, honest.served))
        assert not honest.failure, f"the honest client was not served: {honest.failure}"
        assert honest.served >= SERVED_MEANWHILE, "the honest client was hardly served"
        assert memory.growth < flat_bytes, f"{memory.growth / MEBIBYTE:.1f} MiB more"
