"""Daemons that keep their log in PostgreSQL, as operators and clients meet them."""

import json
import pathlib
import subprocess
import threading
import time

import grpc
import pytest
from center import Operator, half_forget, refusal, request_id
from ctl import ctl, ctl_json
from daemon import Daemon
from metrics import page, samples
from postgres_server import PASSWORD, Postgres

SEEN_WITHIN = 30  # seconds


@pytest.fixture(scope="module")
def postgres():
    server = Postgres("fsync=on").start()
    yield server
    server.remove()


def configured(folder: pathlib.Path, postgres, name: str, stream: str, **log) -> Daemon:
    """A daemon on a stream of the server."""
    folder.mkdir(parents=True)
    password = folder / "password"
    password.write_text(log.pop("password", PASSWORD) + "\n")
    keys = {
        "connection": f"host={postgres.folder} user=owner dbname=postgres",
        "password_file": password,
        "host": name,
        **log,
    }
    file = folder / "callbackd.yaml"
    lines = [f"  {key}: {value}" for key, value in keys.items() if value is not None]
    file.write_text("log:\n" + "\n".join(lines) + "\n")
    return Daemon(folder, "--log", "postgres", "--stream", stream, "--config", file)


@pytest.fixture
def hosts(tmp_path, postgres):
    """Two daemons that share a log of their own."""
    stream = request_id()
    running = [configured(tmp_path / name, postgres, name, stream).start() for name in "ab"]
    yield running
    for each in running:
        assert each.stop() == 0, each.log.read_text()


def test_what_one_host_takes_the_other_knows(hosts, pb):
    with hosts[0].channel() as first, hosts[1].channel() as second:
        Operator(first, pb).queue("sales")
        made = pb.callback_grpc.CallbackServiceStub(first).RequestCallback(
            pb.callback.RequestCallbackRequest(
                request_id=request_id(), queue_id="sales", caller_number="+12025550101"
            )
        )
        found = pb.callback_grpc.CallbackServiceStub(second).GetCallback(
            pb.callback.GetCallbackRequest(callback_id=made.callback_id)
        )
        assert found.callback.number.e164 == "+12025550101"
        assert found.log_position >= made.log_position
    for host in hosts:
        # Each learns of the others when it renews its lease.
        deadline = time.monotonic() + SEEN_WITHIN
        while samples(page(host, "/metrics")[1])["callbackd_log_hosts"] != 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_streams_of_a_host_whose_lease_was_ended_end(hosts, pb, postgres):
    with hosts[0].channel() as channel:
        operator = Operator(channel, pb)
        operator.queue("sales")
        operator.agent("anna", "sales")
        offers = pb.callback_grpc.CallbackServiceStub(channel).WatchOffers(
            pb.callback.WatchOffersRequest(session_id="desk", agent_ids=["anna"]),
            timeout=SEEN_WITHIN,
        )
        next(offers)
        hello = pb.dialer.DialHello(dialer_id="switch", instance="1")
        commands = pb.dialer_grpc.DialerServiceStub(channel).Dial(
            keep_open(pb.dialer.DialRequest(hello=hello)), timeout=SEEN_WITHIN
        )
        next(commands)
        # As the other does that finds the lease run out.
        postgres.query("DELETE FROM callback_log.host WHERE name = 'a'")
        for stream in (offers, commands):
            with pytest.raises(grpc.RpcError) as error:
                for _ in stream:
                    pass
            code, reason, _ = refusal(error.value, pb)
            assert (code, reason) == (grpc.StatusCode.UNAVAILABLE, "STREAM_DROPPED")
        # It becomes another host by itself, and serves again.
        until_answered(lambda: operator.queue("support"), hosts[0])


def keep_open(message):
    """A request stream with one message, open for as long as the call."""
    yield message
    threading.Event().wait(SEEN_WITHIN)


def until_answered(call, daemon):
    """Repeats a call, as clients do, while the log is unavailable."""
    deadline = time.monotonic() + SEEN_WITHIN
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAVAILABLE
            assert time.monotonic() < deadline, daemon.log.read_text()
            time.sleep(0.05)


def test_a_log_in_a_database_is_backed_up_there(hosts, pb):
    with hosts[0].channel() as channel, pytest.raises(grpc.RpcError) as error:
        for _ in Operator(channel, pb).admin.Backup(pb.admin.BackupRequest()):
            pass
    code, reason, _ = refusal(error.value, pb)
    assert (code, reason) == (grpc.StatusCode.FAILED_PRECONDITION, "BACKUP_UNSUPPORTED")


def test_a_log_in_a_database_is_verified_and_replayed_beside_its_hosts(hosts, pb, postgres):
    with hosts[0].channel() as channel:
        Operator(channel, pb).queue("sales")
        asked = pb.callback.RequestCallbackRequest(
            request_id=request_id(), queue_id="sales", caller_number="+12025550103"
        )
        pb.callback_grpc.CallbackServiceStub(channel).RequestCallback(asked)
    stream = hosts[0].options[hosts[0].options.index("--stream") + 1]

    def read(command: str, *options, code=0):
        """The command's answer, on the log of the hosts unless an option says otherwise."""
        place = ["--connection", f"host={postgres.folder} user=owner dbname=postgres"]
        return ctl(
            "log", command, *place, "--stream", stream, *options,
            code=code, environment={"PGPASSWORD": PASSWORD},
        )

    whole = json.loads(read("verify", "--data", hosts[0].data, "--json").stdout)
    assert whole["callbacks"] == 1
    assert int(whole["position"]) == whole["records"] > 2
    unchecked = read("verify")
    assert f"‘{stream}’ in PostgreSQL" in unchecked.stdout
    assert "its end" in unchecked.stderr
    assert "does not say" in read("verify", "--data", "/nowhere", code=1).stderr
    assert "+12025550103" in read("replay").stdout
    until = ("--until", whole["position"], "--json")
    assert read("replay", *until).stdout == read("replay", *until).stdout
    assert "+12025550103" not in read("replay", "--until", "1").stdout
    # What reads is no host: it changes nothing, and nobody learns of it.
    number = f"(SELECT number FROM callback_log.stream WHERE name = '{stream}')"
    names = postgres.query(f"SELECT name FROM callback_log.host WHERE stream = {number}")
    assert sorted(names) == [["a"], ["b"]]

    assert "--connection" in ctl("log", "verify", "--stream", stream, code=2).stderr
    assert "holds no log ‘none’" in read("verify", "--stream", "none", code=1).stderr
    where = f"stream = {number} AND position = 2"
    postgres.query(f"UPDATE callback_log.record SET checksum = checksum + 1 WHERE {where}")
    words = read("verify", code=1).stderr
    assert "the record at 2 is not what was written" in words and "own tools" in words
    postgres.query(f"UPDATE callback_log.record SET checksum = checksum - 1 WHERE {where}")
    read("verify")


def test_what_the_server_and_other_hosts_keep_of_a_number_is_named(hosts, pb):
    with hosts[0].channel() as channel:
        answer = Operator(channel, pb).admin.ForgetCaller(
            pb.admin.ForgetCallerRequest(request_id=request_id(), number="+12025550177")
        )
    kinds = {pb.admin.ForgetRemainderKind.Name(each.kind) for each in answer.remainders}
    assert {
        "FORGET_REMAINDER_KIND_DATABASE_SERVER", "FORGET_REMAINDER_KIND_OTHER_HOSTS"
    } <= kinds


def test_what_a_host_that_died_left_of_a_number_another_forgets(hosts, pb):
    first, second = hosts
    with first.channel() as channel:
        Operator(channel, pb).queue("sales")
        pb.callback_grpc.CallbackServiceStub(channel).RequestCallback(
            pb.callback.RequestCallbackRequest(
                request_id=request_id(), queue_id="sales", caller_number="+12025550177"
            )
        )
    # Between the decision and its end.
    writer = half_forget(first, pb, "+12025550177")
    first.kill()
    assert "No number was forgotten" in ctl("forgettings", daemon=second).stdout
    second.kill()
    second.start()
    (entry,) = ctl_json("forgettings", daemon=second)["forgettings"]
    assert entry["historyCallbacks"] == "1"
    writer.close()
    first.start()
    assert len(ctl_json("forgettings", daemon=first)["forgettings"]) == 1


def test_an_outage_of_the_database_is_said_at_once_and_heals(hosts, pb, postgres):
    with hosts[0].channel() as channel:
        operator = Operator(channel, pb)
        operator.queue("before")
        postgres.stop("immediate")
        with pytest.raises(grpc.RpcError) as error:
            operator.queue("during")
        code, reason, _ = refusal(error.value, pb)
        assert (code, reason) == (grpc.StatusCode.UNAVAILABLE, "LOG_UNAVAILABLE")
        postgres.start()
        until_answered(lambda: operator.queue("after"), hosts[0])


# What an operator may get wrong.


def refused(daemon: Daemon) -> tuple[int, str]:
    ended = subprocess.run(daemon.command(), capture_output=True, text=True, timeout=60)
    assert "Traceback" not in ended.stderr and PASSWORD not in ended.stderr
    return ended.returncode, ended.stderr


def test_a_database_must_be_named(tmp_path):
    code, words = refused(Daemon(tmp_path, "--log", "postgres"))
    assert code == 2 and "log.connection" in words


@pytest.mark.parametrize("stream", ["", "a b", "x" * 65, "'; DROP"])
def test_a_stream_has_a_name(tmp_path, stream):
    code, words = refused(Daemon(tmp_path, "--log", "postgres", "--stream", stream))
    assert code == 2 and "--stream" in words


def test_a_connection_holds_no_password(tmp_path, postgres):
    daemon = configured(tmp_path / "a", postgres, "a", "s", connection="host=h password=secret")
    code, words = refused(daemon)
    assert code == 2 and "log.connection" in words and "secret" not in words


def test_a_password_that_cannot_be_read_is_named(tmp_path, postgres):
    daemon = configured(tmp_path / "a", postgres, "a", "s", password_file="/nowhere")
    code, words = refused(daemon)
    assert code == 2 and "log.password_file" in words and "/nowhere" in words


def test_a_wrong_password_is_refused_in_words(tmp_path, postgres):
    daemon = configured(tmp_path / "a", postgres, "a", "s", password="wrong")
    code, words = refused(daemon)
    assert code == 1 and "password authentication failed" in words


def test_a_server_that_is_not_there_is_named(tmp_path, postgres):
    daemon = configured(tmp_path / "a", postgres, "a", "s", connection="host=/nowhere dbname=x")
    code, words = refused(daemon)
    assert code == 1 and "/nowhere" in words


def test_a_second_daemon_with_the_same_data_is_refused(hosts):
    code, words = refused(hosts[0])
    assert code == 1 and str(hosts[0].data) in words


def test_a_server_that_may_lose_what_it_acknowledges_is_refused(tmp_path):
    server = Postgres("fsync=off").start()
    try:
        code, words = refused(configured(tmp_path / "a", server, "a", "s"))
        assert code == 1 and "fsync = off" in words
    finally:
        server.remove()
