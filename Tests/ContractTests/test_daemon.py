"""The daemon as operators run it: metrics, health while the log fails, systemd, reloading, stopping."""

import ctypes
import os
import pathlib
import re
import resource
import select
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import grpc
import pytest
from center import Desktop, Operator, refusal, request_id
from daemon import BINARIES, Daemon
from grpc_health.v1 import health_pb2, health_pb2_grpc
from metrics import page, samples
from users import OpenFolder, User
from world import World

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def work(daemon, pb) -> None:
    """A queue with an agent who rejects one offer and has another."""
    with daemon.channel() as channel:
        operator = Operator(channel, pb)
        operator.queue("sales")
        operator.agent("ada", "sales")
        desktop = Desktop(daemon, pb, "ada")
        desktop.status("READY")
        calls = pb.callback_grpc.CallbackServiceStub(channel)
        for number in ("(202) 555-0111", "(202) 555-0112"):
            calls.RequestCallback(
                pb.callback.RequestCallbackRequest(
                    request_id=request_id(), queue_id="sales", caller_number=number
                )
            )
        desktop.reject(desktop.offer())
        desktop.offer()
        with pytest.raises(grpc.RpcError):
            calls.GetAgent(pb.callback.GetAgentRequest(agent_id="nobody"))
        desktop.close()
        # The end of its stream is counted like any other, before anybody looks.
        while any(each.sessions for each in calls.ListAgents(pb.callback.ListAgentsRequest()).agents):
            time.sleep(0.01)


def test_metrics_count_calls_queues_offers_agents_and_appends(daemon, pb):
    work(daemon, pb)
    status, text = page(daemon, "/metrics")
    assert status == "200"
    found = samples(text)
    agent = 'grpc_service="callback.v1.CallbackService",grpc_method="GetAgent"'
    assert found[f'grpc_server_handled_total{{{agent},grpc_code="NotFound"}}'] == 1
    assert found[f"grpc_server_handling_seconds_count{{{agent}}}"] == 1
    assert found[f'grpc_server_handling_seconds_bucket{{{agent},le="+Inf"}}'] == 1
    assert 0 < found[f"grpc_server_handling_seconds_sum{{{agent}}}"] < 30
    assert found["grpc_server_connections"] >= 1 and found["grpc_server_streams"] >= 1
    assert found['callbackd_queue_line{queue="sales"}'] == 2
    assert found['callbackd_queue_waiting{queue="sales"}'] == 2
    assert found['callbackd_queue_agents{queue="sales"}'] == 1
    assert found['callbackd_queue_next_wait_seconds{queue="sales"}'] >= 0
    assert found["callbackd_offers_made_total"] == 2
    assert found['callbackd_offers_ended_total{how="rejected"}'] == 1
    assert found['callbackd_outcomes_total{outcome="busy"}'] == 0
    assert sum(v for k, v in found.items() if k.startswith("callbackd_agents{")) == 1
    assert found['callbackd_callbacks_total{event="taken"}'] == 2
    assert found["callbackd_log_available"] == 1
    assert found["callbackd_log_append_seconds_count"] > 5
    assert found["callbackd_log_append_seconds_sum"] > 0
    assert found['callbackd_directory_lookups_total{directory="embedded"}'] >= 1
    # Another look changes what has happened since, and no labels come from callers.
    again = samples(page(daemon, "/metrics")[1])
    assert again['grpc_server_handled_total{grpc_service="",grpc_method="/metrics",grpc_code="OK"}'] >= 1
    with daemon.channel() as channel:
        for path in ("/no.such.Service/Method", "/callback.v1.CallbackService/NoSuch"):
            with pytest.raises(grpc.RpcError):
                channel.unary_unary(path)(b"")
    last = samples(page(daemon, "/metrics")[1])
    assert last['grpc_server_handled_total{grpc_service="",grpc_method="",grpc_code="Unimplemented"}'] == 2
    assert set(last) - set(again) == {
        k for k in last if 'grpc_service="",grpc_method=""' in k
    }


def test_stats_say_the_same_to_programs(daemon, pb):
    work(daemon, pb)
    with daemon.channel() as channel:
        admin = pb.admin_grpc.AdminServiceStub(channel)
        stats = admin.GetStats(pb.admin.GetStatsRequest())
        assert [(q.queue_id, q.in_line, q.waiting, q.agents) for q in stats.queues] == [
            ("sales", 2, 2, 1)
        ]
        assert stats.queues[0].HasField("next_requested_at")
        assert sum(each.agents for each in stats.agents) == 1
        assert (stats.callbacks.taken, stats.callbacks.live) == (2, 2)
        assert (stats.offers.made, stats.offers.rejected) == (2, 1)
        assert stats.log.available and stats.log.records >= stats.log.appends > 5
        assert stats.transport.connections >= 1 and stats.transport.failed_calls >= 1
        assert stats.transport.ended_calls > stats.transport.failed_calls
        assert [d.directory for d in stats.directories] == ["embedded"]
        assert stats.directories[0].lookups >= 1
        for number in range(4):
            Operator(channel, pb).queue(f"q{number}")
        first = admin.GetStats(pb.admin.GetStatsRequest(page_size=3))
        rest = admin.GetStats(
            pb.admin.GetStatsRequest(page_size=3, page_token=first.next_page_token)
        )
        assert [q.queue_id for q in first.queues] == ["q0", "q1", "q2"]
        assert [q.queue_id for q in rest.queues] == ["q3", "sales"] and not rest.next_page_token


@pytest.mark.skipif(os.geteuid() != 0, reason="drops privileges")
def test_pages_are_for_observers(pb):
    with OpenFolder() as folder:
        (folder / "c.yaml").write_text(
            "socket_mode: 0666\nsocket_directory_mode: 0755\n"
            "access: {observer: {users: [64901]}, requester: {users: [64902]}}\n"
        )
        daemon = Daemon(folder, "--config", str(folder / "c.yaml")).start()
        for uid, status in ((64901, "200"), (64902, "403"), (64903, "403")):
            for path in ("/metrics", "/healthz"):
                assert User(daemon, pb, uid).curl(path) == status, f"{uid} {path}"
        # Health and reflection are for everybody with a role.
        with User(daemon, pb, 64902) as requester, User(daemon, pb, 64903) as stranger:
            assert requester.call("/grpc.health.v1.Health/Check")[0] == "OK"
            denied = ("PERMISSION_DENIED", "ROLE_MISSING")
            assert stranger.call("/grpc.health.v1.Health/Check") == denied
        assert daemon.stop() == 0


def test_a_log_that_cannot_be_written_is_told_and_so_is_its_return(tmp_path, pb):
    daemon = Daemon(tmp_path)
    # A limit on the size of files stands for a disk that fails; the signal it sends is ignored.
    daemon.before = ["env", "--ignore-signal=XFSZ"]
    daemon.start()
    with daemon.channel() as channel:
        health = health_pb2_grpc.HealthStub(channel)
        watch = health.Watch(health_pb2.HealthCheckRequest(service="callback.v1.CallbackService"))
        assert next(watch).status == SERVING
        assert page(daemon, "/healthz") == ("200", "serving\n")
        operator = Operator(channel, pb)
        operator.queue("sales")
        _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        with pytest.raises(grpc.RpcError) as failed:
            operator.queue("support")
        assert failed.value.code() in (
            grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED,
        )
        assert next(watch).status == NOT_SERVING
        assert page(daemon, "/healthz") == ("503", "not serving\n")
        # Metrics still come.
        assert samples(page(daemon, "/metrics")[1])["callbackd_log_available"] == 0
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        deadline = time.monotonic() + 30
        while True:
            try:
                operator.queue("support")
                break
            except grpc.RpcError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        assert next(watch).status == SERVING
        watch.cancel()
    assert daemon.stop() == 0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_metrics_are_served_on_loopback_where_that_is_set(tmp_path):
    port = free_port()
    (tmp_path / "c.yaml").write_text(f"metrics_listen: 127.0.0.1:{port}\n")
    daemon = Daemon(tmp_path, "--config", str(tmp_path / "c.yaml")).start()
    done = subprocess.run(
        ["curl", "-s", "-w", "\n%{http_version} %{http_code} %{content_type}",
         f"http://127.0.0.1:{port}/metrics"], capture_output=True, text=True, check=True,
    )
    content, _, last = done.stdout.rpartition("\n")
    assert last == "1.1 200 text/plain; version=0.0.4; charset=utf-8"
    assert samples(content)["callbackd_log_available"] == 1
    assert daemon.stop() == 0
    for address in ("0.0.0.0:9464", "192.0.2.1:9464", "localhost:9464", "[::]:1", "127.0.0.1:0"):
        (tmp_path / "c.yaml").write_text(f'metrics_listen: "{address}"\n')
        done = subprocess.run(
            [BINARIES / "callbackd", "--config", tmp_path / "c.yaml"], capture_output=True,
            text=True,
        )
        assert done.returncode == 2 and "127.0.0.1:PORT" in done.stderr


# MARK: - systemd


class Stopped:
    """Stops one thread of a process, as a disk does that never answers, while the others run on."""

    SEIZE, INTERRUPT, DETACH, WAIT_ALL = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, process, name: str):
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        (self.thread,) = (
            int(task.name) for task in tasks.iterdir() if (task / "comm").read_text() == f"{name}\n"
        )

    def __enter__(self):
        self._trace(self.SEIZE)
        self._trace(self.INTERRUPT)
        os.waitpid(self.thread, self.WAIT_ALL)

    def __exit__(self, *_):
        self._trace(self.DETACH)

    def _trace(self, request: int) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long] * 4
        if libc.ptrace(request, self.thread, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"ptrace {request:#x}")


class Manager:
    """Hears what a service tells its manager."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(20)
        self.path = path

    def next(self) -> str:
        return self.socket.recv(4096).decode()

    def drain(self) -> None:
        """Passes over what was said so far."""
        while self.silent(0) is False:
            pass

    def silent(self, seconds: float) -> bool:
        """Whether nothing is said for so long."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return True
        self.next()
        return False

    def until(self, wanted: str) -> str:
        while True:
            said = self.next()
            if said.startswith(wanted):
                return said


def test_the_manager_is_told_of_ready_watchdog_reloading_and_stopping(tmp_path):
    manager = Manager(tmp_path / "notify")
    (tmp_path / "c.yaml").write_text("log_level: info\n")
    daemon = Daemon(tmp_path, "--config", str(tmp_path / "c.yaml"))
    daemon.before = ["env", f"NOTIFY_SOCKET={manager.path}", "WATCHDOG_USEC=400000"]
    daemon.start()
    assert manager.next() == "READY=1"
    for _ in range(3):
        assert manager.next() == "WATCHDOG=1"
    daemon.process.send_signal(signal.SIGHUP)
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", manager.until("RELOADING"))
    manager.until("READY=1")
    daemon.process.send_signal(signal.SIGTERM)
    manager.until("STOPPING=1")
    assert daemon.process.wait(timeout=20) == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_that_comes_as_soon_as_the_daemon_is_ready_is_obeyed(tmp_path, number):
    manager = Manager(tmp_path / "notify")
    (tmp_path / "c.yaml").write_text("log_level: info\n")
    daemon = Daemon(tmp_path, "--config", str(tmp_path / "c.yaml"))
    daemon.before = ["env", f"NOTIFY_SOCKET={manager.path}"]
    with open(daemon.log, "wb") as log:
        daemon.process = subprocess.Popen(daemon.command(), stderr=log)
    assert manager.next() == "READY=1"
    daemon.process.send_signal(number)
    if number == signal.SIGHUP:
        manager.until("RELOADING=1")
        manager.until("READY=1")
        daemon.process.send_signal(signal.SIGTERM)
    manager.until("STOPPING=1")
    assert daemon.process.wait(timeout=20) == 0


@pytest.fixture
def watched(tmp_path):
    """A daemon whose watchdog waits 0.4 seconds, and its manager."""
    manager = Manager(tmp_path / "notify")
    daemon = Daemon(tmp_path)
    daemon.before = ["env", f"NOTIFY_SOCKET={manager.path}", "WATCHDOG_USEC=400000"]
    daemon.start()
    yield daemon, manager
    assert daemon.stop() == 0, daemon.log.read_text()
    manager.socket.close()


def health_of(channel):
    """What the health service says of the whole, each time that it changes. On a busy machine the
    engine may miss the 0.1 seconds that it has to answer: what is waited for is what comes."""
    stream = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=60)
    return (answer.status for answer in stream)


def test_the_watchdog_hears_nothing_while_the_engine_hangs(watched):
    daemon, manager = watched
    with daemon.channel() as channel:
        health = health_of(channel)
        assert SERVING in health
        with Stopped(daemon.process, "engine"):
            assert NOT_SERVING in health
            manager.drain()
            # Longer than systemd would wait.
            assert manager.silent(1)
        assert SERVING in health
        manager.until("WATCHDOG=1")


def test_the_watchdog_is_told_while_a_number_is_erased_however_long_that_takes(watched, pb):
    daemon, manager = watched
    with daemon.channel() as channel:
        world = World(daemon, pb)
        number = world.number()
        world.callback(caller_number=number)
        # Whoever still reads the log as it was keeps the erasing from its end.
        reader = sqlite3.connect(daemon.data / "log.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM callback").fetchall()
        health = health_of(channel)
        assert SERVING in health
        request = world.a.ForgetCallerRequest(request_id="once", number=number)
        forgetting = world.admin.ForgetCaller.future(request, timeout=60)
        assert NOT_SERVING in health
        manager.drain()
        assert manager.next() == "WATCHDOG=1"
        with pytest.raises(grpc.RpcError) as unfinished:
            forgetting.result()
        assert unfinished.value.code() == grpc.StatusCode.UNAVAILABLE
        reader.close()
        assert SERVING in health
        # It is not counted as nothing because most of it was done before.
        assert world.admin.ForgetCaller(request).history_callbacks == 1
        world.close()


def activated(folder, *options, how=()):
    """callbackd behind a socket that systemd-socket-activate listens on."""
    return subprocess.Popen(
        ["systemd-socket-activate", "-l", *options, *how, BINARIES / "callbackd",
         "--data", folder / "data"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )


def test_a_socket_of_systemds_is_served_and_stays(tmp_path, pb):
    path = tmp_path / "s"
    process = activated(tmp_path, str(path))
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.05)
    # The first connection starts the daemon, and is served.
    with grpc.insecure_channel(f"unix:{path}") as channel:
        grpc.channel_ready_future(channel).result(timeout=30)
        info = Operator(channel, pb).admin.GetServerInfo(pb.admin.GetServerInfoRequest())
        assert info.process_id == process.pid
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert path.exists()
    assert f"socket={path} " in process.stderr.read()


@pytest.mark.parametrize(
    "address, how, complaint",
    [("{}/s", ["--datagram"], "no stream socket"), ("127.0.0.1:{port}", [], "no Unix socket")],
)
def test_a_socket_that_cannot_be_served_is_refused_in_words(tmp_path, address, how, complaint):
    port = free_port()
    address = address.format(tmp_path, port=port)
    process = activated(tmp_path, address, how=how)
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if how:
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", address)
            else:
                socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            pass
        time.sleep(0.1)
    assert process.wait(timeout=20) == 1
    assert complaint in process.stderr.read()


def test_sockets_for_another_process_are_left_alone(tmp_path):
    daemon = Daemon(tmp_path)
    daemon.before = ["env", "LISTEN_FDS=1", "LISTEN_PID=1"]
    daemon.start()
    assert daemon.socket.exists() and daemon.stop() == 0


# MARK: - Reloading


def test_a_changed_file_is_put_in_force_and_what_needs_a_restart_is_named(tmp_path, pb):
    file = tmp_path / "c.yaml"
    file.write_text("log_level: notice\ntransport: {threads: 2}\n")
    daemon = Daemon(tmp_path, "--config", str(file)).start()
    with daemon.channel() as channel:
        admin = pb.admin_grpc.AdminServiceStub(channel)

        def reload():
            answer = admin.ReloadConfiguration(pb.admin.ReloadConfigurationRequest())
            return list(answer.applied), list(answer.needs_restart)

        assert reload() == ([], [])
        file.write_text(
            "log_level: debug\ntransport: {threads: 3, drain_limit: 1s}\n"
            "access: {observer: {users: [1]}}\n"
        )
        wanted = ["log_level", "transport.drain_limit", "access"]
        assert reload() == (wanted, ["transport.threads"])
        # What needs a restart is named until there was one.
        assert reload() == ([], ["transport.threads"])
        file.write_text("log_level: debug\ntransport: {threads: 0}\n")
        with pytest.raises(grpc.RpcError) as refused:
            reload()
        assert refusal(refused.value, pb)[:2] == (
            grpc.StatusCode.FAILED_PRECONDITION, "CONFIGURATION_REFUSED",
        )
        assert "transport.threads" in refused.value.details()
        assert str(tmp_path) not in refused.value.details()
    assert daemon.stop() == 0
    assert "configuration read again" in daemon.log.read_text()


def test_without_a_file_there_is_nothing_to_read_again(daemon, pb):
    with daemon.channel() as channel:
        admin = pb.admin_grpc.AdminServiceStub(channel)
        answer = admin.ReloadConfiguration(pb.admin.ReloadConfigurationRequest())
        assert not answer.applied and not answer.needs_restart
    daemon.process.send_signal(signal.SIGHUP)
    with daemon.channel() as channel:
        grpc.channel_ready_future(channel).result(timeout=20)
    assert daemon.process.poll() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="drops privileges")
def test_a_new_policy_holds_for_open_connections_and_running_calls(pb):
    base = "socket_mode: 0666\nsocket_directory_mode: 0755\n"
    with OpenFolder() as folder:
        file = folder / "c.yaml"
        file.write_text(base)
        daemon = Daemon(folder, "--config", str(file)).start()
        path, request = "/callback.v1.CallbackService/ListAgents", pb.callback.ListAgentsRequest()
        watch = ("/grpc.health.v1.Health/Watch", None)
        with User(daemon, pb, 64910) as user, User(daemon, pb, 64910) as watching:
            assert user.call(path, request)[0] == "PERMISSION_DENIED"
            file.write_text(base + "access: {observer: {users: [64910]}}\n")
            reload(daemon, pb)
            # The same connection.
            assert user.call(path, request)[0] == "OK"
            ended = []
            thread = threading.Thread(
                target=lambda: ended.append(watching.call(*watch, stream="whole"))
            )
            thread.start()
            with daemon.channel() as channel:
                admin = pb.admin_grpc.AdminServiceStub(channel)
                deadline = time.monotonic() + 20
                while admin.GetStats(pb.admin.GetStatsRequest()).transport.calls < 2:
                    assert time.monotonic() < deadline
            file.write_text(base)
            reload(daemon, pb)
            assert user.call(path, request)[0] == "PERMISSION_DENIED"
            thread.join(timeout=20)
            assert ended == [("PERMISSION_DENIED", "ROLE_MISSING")]
        assert daemon.stop() == 0


def reload(daemon, pb):
    """Has the configuration read again."""
    with daemon.channel() as channel:
        pb.admin_grpc.AdminServiceStub(channel).ReloadConfiguration(
            pb.admin.ReloadConfigurationRequest()
        )


# MARK: - Stopping


def test_stopping_ends_streams_and_keeps_to_its_limit(tmp_path, pb):
    (tmp_path / "c.yaml").write_text("transport: {drain_limit: 1s}\n")
    daemon = Daemon(tmp_path, "--config", str(tmp_path / "c.yaml")).start()
    with daemon.channel() as channel:
        # A stream whose client neither ends nor reads is no reason to stay.
        reflection = channel.stream_stream(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        )
        hold = threading.Event()

        def requests():
            yield b""
            hold.wait(30)

        stream = reflection(requests())
        next(stream)
        daemon.process.send_signal(signal.SIGTERM)
        with pytest.raises(grpc.RpcError) as ended:
            for _ in stream:
                pass
        assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
        assert daemon.process.wait(timeout=15) == 0
        hold.set()
    assert not daemon.socket.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_a_daemon_that_waits_for_its_calls(tmp_path, pb, number):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (tmp_path / "c.yaml").write_text(
            "transport: {drain_limit: 10m}\n"
            "directory:\n"
            "  lookup_timeout: 30s\n"
            "  adapters:\n"
            "    - kind: http\n"
            "      timeout: 30s\n"
            f'      lookup: {{url: "http://127.0.0.1:{silent.getsockname()[1]}/{{e164}}"}}\n'
            "      answer: {id: id}\n"
        )
        daemon = Daemon(tmp_path, "--config", str(tmp_path / "c.yaml")).start()
        with daemon.channel() as channel:
            calls = pb.callback_grpc.CallbackServiceStub(channel)
            admin = pb.admin_grpc.AdminServiceStub(channel)
            admin.PutExclusion(
                pb.admin.PutExclusionRequest(exclusion={"number": "+12025550100"})
            )
            waiting = calls.ResolveCaller.future(
                pb.callback.ResolveCallerRequest(number="+12025550123")
            )
            with silent.accept()[0] as asked:
                assert asked.recv(16)
                daemon.process.send_signal(number)
                with pytest.raises(grpc.RpcError):  # No new calls: it has been heard.
                    while True:
                        admin.GetStats(pb.admin.GetStatsRequest())
                assert daemon.process.poll() is None
                daemon.process.send_signal(number)
                assert daemon.process.wait(timeout=15) == -number
            assert waiting.exception().code() == grpc.StatusCode.UNAVAILABLE
    daemon.start()
    with daemon.channel() as channel:
        kept = pb.admin_grpc.AdminServiceStub(channel).ListExclusions(
            pb.admin.ListExclusionsRequest()
        )
        assert [each.number for each in kept.exclusions] == ["+12025550100"]
    assert daemon.stop() == 0
