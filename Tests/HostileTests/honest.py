"""An honest client beside the attacker: grpcio, one call after another."""

import threading

import grpc
from connection import PATH

# Far beyond what a call takes; one that is not answered by then was not served.
PATIENCE_SECONDS = 20


class Honest:
    """Calls without a pause while a block runs; every call has to be answered."""

    def __init__(self, path):
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        self.channel = grpc.insecure_channel(f"unix:{path}", options=options)
        # Messages are bytes here: an empty one is an Empty.
        self.call = self.channel.unary_unary(PATH)
        self.served = 0
        self.failure: Exception | None = None
        self.call(b"", timeout=PATIENCE_SECONDS)

    def __enter__(self) -> "Honest":
        self._over = threading.Event()
        self._caller = threading.Thread(target=self._keep_calling)
        self._caller.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._caller.join()
        self.channel.close()

    def _keep_calling(self) -> None:
        try:
            while not self._over.is_set():
                assert self.call(b"", timeout=PATIENCE_SECONDS) == b""
                self.served += 1
        except Exception as failure:  # Told by the test, which is in another thread.
            self.failure = failure
