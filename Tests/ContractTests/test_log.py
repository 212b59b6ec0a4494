"""The log in the data directory, as operators look after it."""

from center import Operator, request_id
from ctl import ctl, ctl_json


def ask(daemon, pb, *numbers: str) -> list[str]:
    """Requests a callback for each number; gives their ids."""
    with daemon.channel() as channel:
        Operator(channel, pb).queue("sales")
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        return [
            calls.RequestCallback(
                pb.callback.RequestCallbackRequest(
                    request_id=request_id(), queue_id="sales", caller_number=number
                )
            ).callback_id
            for number in numbers
        ]


def test_a_log_is_verified_while_the_daemon_writes_and_after_it(daemon, pb):
    ask(daemon, pb, "+12025550101", "+12025550102")
    living = ctl_json("log", "verify", "--data", daemon.data)
    assert living["callbacks"] == 2
    assert int(living["position"]) == living["records"] > 2
    assert daemon.stop() == 0
    closed = ctl_json("log", "verify", "--data", daemon.data)
    assert closed["lineage"] == living["lineage"]
    assert closed["snapshot"] == closed["position"]
    daemon.start()


def test_a_damaged_log_is_named_and_refused(daemon, pb):
    ask(daemon, pb, "+12025550101")
    assert daemon.stop() == 0
    log = daemon.data / "log.db"
    whole = log.read_bytes()
    log.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    words = ctl("log", "verify", "--data", daemon.data, code=1).stderr
    assert "damaged" in words and "Restore a backup" in words
    log.write_bytes(whole)
    daemon.start()
