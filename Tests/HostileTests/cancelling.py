"""An honest client that cancels much: 2,000 calls, spread over a minute."""

import pathlib
import queue
import threading
import time

import grpc
from connection import DUPLEX, PATH
from siege import MEASURED, Siege
from target import Memory, Target

CALLS = 2_000
MINUTE_SECONDS = 60


class Cancelling:
    """Runs in a thread of its own from the beginning, against a server of its own."""

    def __init__(self, folder: pathlib.Path):
        self.target = Target(folder)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def result(self) -> None:
        """Waits for the end; raises what went wrong."""
        self._thread.join()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        self._thread.join()
        self.target.stop()

    def _run(self) -> None:
        try:
            Siege(self.target).warm_up()
            before = self.target.settled_descriptors()
            options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
            with Memory(self.target) as memory:
                with grpc.insecure_channel(f"unix:{self.target.path}", options=options) as channel:
                    channel.unary_unary(PATH)(b"", timeout=20)
                    self._cancel_all(channel.stream_stream(DUPLEX))
                    channel.unary_unary(PATH)(b"", timeout=20)
                    assert self.target.settled_descriptors() == before + 1, "more than one connection"
            MEASURED.append((f"{CALLS} calls cancelled within a minute", memory.growth, 0))
        except Exception as failure:  # Told by the test, which is in another thread.
            self._failure = failure

    def _cancel_all(self, duplex) -> None:
        begun = time.monotonic()
        for turn in range(CALLS):
            requests: queue.SimpleQueue = queue.SimpleQueue()
            call = duplex(iter(requests.get, None))
            # A StreamingOutputCallRequest for one byte: its answer shows that the handler runs.
            requests.put(b"\x12\x02\x08\x01")
            next(call)
            call.cancel()
            requests.put(None)
            assert call.code() == grpc.StatusCode.CANCELLED, call.details()
            left = begun + (turn + 1) * MINUTE_SECONDS / CALLS - time.monotonic()
            if left > 0:
                time.sleep(left)
