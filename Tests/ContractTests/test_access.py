"""Who may call what: users and groups as the kernel names them, roles, bound users.

The tests drop privileges, so all but the last run as root only.
"""

import os
import re
import stat
import subprocess
import threading

import grpc
import pytest
from center import Operator, request_id
from daemon import BINARIES, Daemon
from users import OpenFolder, User

ROLES = ("requester", "agent", "telephony", "observer", "admin")
UID = {role: 64100 + index for index, role in enumerate(ROLES)}
GID = {role: 64200 + index for index, role in enumerate(ROLES)}
SHARED = 64300  # the group that may enter the directory and connect
ADA, STRANGER = 64400, 64500

ACCESS = f"""
socket_group: {SHARED}
socket_mode: 0660
access:
{"".join(f"  {r}: {{users: [{UID[r]}], groups: [{GID[r]}]}}" + chr(10) for r in ROLES)}
  bound: {{{ADA}: [ada]}}
"""

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="drops privileges")


@pytest.fixture
def guarded():
    """A daemon whose policy lets others in."""
    with OpenFolder() as folder:
        (folder / "c.yaml").write_text(ACCESS)
        daemon = Daemon(folder, "--config", str(folder / "c.yaml")).start()
        yield daemon
        assert daemon.stop() == 0, daemon.log.read_text()


def methods(pb):
    """Every method that the daemon serves: path, roles, a request, whether it streams."""
    options = pb.options.DESCRIPTOR.extensions_by_name["roles"]
    for module, service in (
        (pb.callback, "CallbackService"), (pb.dialer, "DialerService"), (pb.admin, "AdminService"),
    ):
        for method in module.DESCRIPTOR.services_by_name[service].methods:
            roles = {
                pb.options.Role.Name(number).removeprefix("ROLE_").lower()
                for number in method.GetOptions().Extensions[options]
            }
            request = getattr(module, method.input_type.name)()
            yield f"/callback.v1.{service}/{method.name}", roles, request, method.server_streaming


@root_only
@pytest.mark.parametrize("by", ["user", "group"])
def test_each_role_opens_the_methods_whose_option_names_it(pb, guarded, by):
    for role in ROLES:
        ids = (
            dict(uid=UID[role], groups=(SHARED,)) if by == "user"
            # The role's group is a supplementary one; users and groups are different numbers.
            else dict(uid=STRANGER, groups=(7, GID[role], SHARED))
        )
        with User(guarded, pb, **ids) as user:
            for path, roles, request, stream in methods(pb):
                if path.endswith("/WatchOutcomes"):
                    continue  # Allowed, it streams without a first message.
                code, reason = user.call(path, request, stream)
                may = role == "admin" or role in roles
                assert (reason == "ROLE_MISSING") == (not may), f"{role} {path}: {code} {reason}"
                assert (code == "PERMISSION_DENIED") == (not may), f"{role} {path}: {code}"


@root_only
def test_a_main_group_counts_like_a_supplementary_one(pb, guarded):
    with User(guarded, pb, STRANGER, gid=GID["observer"], groups=(SHARED,)) as user:
        path, request = "/callback.v1.CallbackService/ListAgents", pb.callback.ListAgentsRequest()
        assert user.call(path, request) == ("OK", "")
    # Group ids are no user ids.
    with User(guarded, pb, GID["observer"], gid=SHARED) as user:
        assert user.call(path, request) == ("PERMISSION_DENIED", "ROLE_MISSING")


@root_only
def test_a_stranger_may_call_nothing_and_is_logged_in_a_bounded_number_of_lines(pb, guarded):
    with User(guarded, pb, STRANGER, gid=SHARED) as user:
        for path, _, request, stream in 3 * list(methods(pb)):
            assert user.call(path, request, stream) == ("PERMISSION_DENIED", "ROLE_MISSING"), path
        assert user.curl("/metrics") in ("403", "404")
    with open(guarded.log) as log:
        lines = [line for line in log if "call refused" in line]
    assert f"uid={STRANGER}" in lines[0] and "path=" in lines[0]
    # One line each to begin with, then one a second.
    assert 20 <= len(lines) < 80, f"{len(lines)} lines of {3 * len(list(methods(pb)))} refusals"


@root_only
def test_nobody_outside_the_group_reaches_the_socket(pb, guarded):
    with User(guarded, pb, UID["admin"]) as user:
        assert user.curl("/healthz") == "000"
    assert stat.S_IMODE(guarded.socket.parent.stat().st_mode) == 0o750
    assert stat.S_IMODE(guarded.socket.stat().st_mode) == 0o660
    assert guarded.socket.stat().st_gid == guarded.socket.parent.stat().st_gid == SHARED


@root_only
def test_a_bound_user_acts_for_their_agents_alone(pb, guarded):
    with guarded.channel() as channel:
        operator = Operator(channel, pb)
        operator.queue("sales")
        for agent in ("ada", "bob"):
            operator.agent(agent, "sales")
        root = pb.callback_grpc.CallbackServiceStub(channel)
        theirs = root.WatchOffers(
            pb.callback.WatchOffersRequest(session_id="bobs-desk", agent_ids=["bob"])
        )
        next(theirs)
        attempt = accepted_by("bob", root, pb)
        service = "/callback.v1.CallbackService/"
        c = pb.callback

        def ask(user, method, stream=False, **fields):
            request = getattr(c, method + "Request")
            if method not in ("WatchOffers", "GetAgent", "ListAgents"):
                fields["request_id"] = request_id()
            return user.call(service + method, request(**fields), stream)

        denied = ("PERMISSION_DENIED", "AGENT_NOT_YOURS")
        ready = pb.types.AgentStatus.Value("AGENT_STATUS_READY")
        answered = c.CallReport(
            attempt_id=attempt, sequence=9, phase=c.CallPhase.Value("CALL_PHASE_ANSWERED")
        )
        with User(guarded, pb, ADA, gid=SHARED) as ada:
            # Ada's own.
            assert ask(ada, "WatchOffers", session_id="adas", agent_ids=["ada"], stream=True)[0] == "OK"
            assert ask(ada, "SetAgentStatus", agent_id="ada", status=ready)[0] == "OK"
            assert ask(ada, "GetAgent", agent_id="bob")[0] == "OK"
            # Bob's, however it is named.
            for name, fields in (
                ("SetAgentStatus", dict(agent_id="bob", status=ready)),
                ("AttachAgent", dict(agent_id="bob", session_id="x")),
                ("DetachAgent", dict(agent_id="bob", session_id="bobs-desk")),
                ("AttachAgent", dict(agent_id="ada", session_id="bobs-desk")),
                ("AcceptOffer", dict(agent_id="bob", offer_id="0" * 26)),
                ("RejectOffer", dict(agent_id="bob", offer_id="0" * 26)),
                ("ReportAgentCall", dict(agent_id="bob", call_reference="1")),
                ("ReportOutcome", dict(report=answered)),
                ("RecordDisposition", dict(attempt_id=attempt)),
                ("StartLead", dict(agent_id="bob", name="N", number="2025550111")),
                ("StartLead", dict(attempt_id=attempt, name="N")),
                ("MatchCaller", dict(attempt_id=attempt, record_id="r")),
                ("UnmatchCaller", dict(attempt_id=attempt, record_id="r")),
            ):
                if name == "RecordDisposition":
                    fields["disposition"] = pb.types.Disposition.values()[1]
                assert ask(ada, name, **fields) == denied, f"{name} {fields}"
            for session, agents in (("s", ["bob"]), ("s", ["ada", "bob"]), ("bobs-desk", ["ada"])):
                asked = dict(session_id=session, agent_ids=agents)
                assert ask(ada, "WatchOffers", stream=True, **asked) == denied, asked
            # A desktop has no other role.
            code = ada.call("/callback.v1.AdminService/ListQueues", pb.admin.ListQueuesRequest())
            assert code == ("PERMISSION_DENIED", "ROLE_MISSING")
        # Telephony reports for every agent, whoever is bound.
        with User(guarded, pb, ADA, gid=SHARED, groups=(GID["telephony"],)) as both:
            assert ask(both, "ReportOutcome", report=answered)[0] == "OK"
            assert ask(both, "SetAgentStatus", agent_id="bob", status=ready) == denied
        with User(guarded, pb, UID["agent"], gid=SHARED) as free:
            assert ask(free, "SetAgentStatus", agent_id="bob", status=ready)[0] == "OK"
        theirs.cancel()


def accepted_by(agent, calls, pb):
    """An attempt of this agent's."""
    c = pb.callback
    calls.SetAgentStatus(
        c.SetAgentStatusRequest(
            request_id=request_id(), agent_id=agent,
            status=pb.types.AgentStatus.Value("AGENT_STATUS_READY"),
        )
    )
    calls.RequestCallback(
        c.RequestCallbackRequest(
            request_id=request_id(), queue_id="sales", caller_number="(202) 555-0111"
        )
    )
    offer = calls.GetAgent(c.GetAgentRequest(agent_id=agent)).offer
    taken = calls.AcceptOffer(
        c.AcceptOfferRequest(request_id=request_id(), agent_id=agent, offer_id=offer.offer_id)
    )
    return taken.attempt.attempt_id


@root_only
def test_without_a_policy_only_the_own_user_and_root_may_call(pb):
    uid = 64600
    with OpenFolder() as folder:
        os.chown(folder, uid, uid)
        daemon = Daemon(folder, drop_to=uid)
        daemon.options += ("--config", str(folder / "c.yaml"))
        (folder / "c.yaml").write_text("socket_mode: 0666\nsocket_directory_mode: 0755\n")
        daemon.start()
        path, request = "/callback.v1.AdminService/ListQueues", pb.admin.ListQueuesRequest()
        for user, expected in (
            (uid, ("OK", "")), (0, ("OK", "")), (STRANGER, ("PERMISSION_DENIED", "ROLE_MISSING")),
        ):
            with User(daemon, pb, user) as asking:
                assert asking.call(path, request) == expected
        assert daemon.stop() == 0


@root_only
def test_the_files_are_never_more_open_than_they_will_be():
    with OpenFolder() as folder:
        (folder / "c.yaml").write_text(f"socket_group: {SHARED}\nsocket_mode: 0660\n")
        calls = folder / "calls"
        daemon = Daemon(folder, "--config", str(folder / "c.yaml"))
        daemon.before = [
            # -D: the daemon itself is the child that is told to stop.
            "strace", "-D", "-f", "-qq", "-o", str(calls),
            "-e", "trace=mkdir,chmod,fchmod,chown,lchown,bind,umask,openat",
        ]
        daemon.start()
        assert daemon.stop() == 0
        trace = [line.split(None, 1)[1] for line in calls.read_text().splitlines()]
    run, socket = f'"{folder}/run"', f'"{folder}/run/callbackd.sock"'

    def position(pattern):
        found = [i for i, line in enumerate(trace) if re.match(pattern, line)]
        assert found, f"no {pattern} in {trace}"
        return found[0]

    # The directory is entered by nobody until it has its group, then has its mode.
    order = [
        position(rf"mkdir\({re.escape(run)}, 0700\)"),
        position(rf"chown\({re.escape(run)}, -1, {SHARED}\)"),
        position(rf"chmod\({re.escape(run)}, 0750\)"),
        # Linux gives the file the mode of the socket; only the owner may connect until the group
        # is right.
        position(r"fchmod\(\d+, 0600\)"),
        position(rf"bind\(\d+, .*{re.escape(socket)}"),
        position(rf"lchown\({re.escape(socket)}, -1, {SHARED}\)"),
        position(rf"chmod\({re.escape(socket)}, 0660\)"),
    ]
    assert order == sorted(order)
    assert re.match(r"umask\(077\)", trace[position(r"umask")])
    lock = position(rf'openat\(AT_FDCWD, {re.escape(socket[:-1])}\.lock", .*O_NOFOLLOW.*, 0600\)')
    assert lock < order[4]


def test_the_files_are_closed_to_others_at_every_moment(tmp_path):
    """Looks at the files all the time while a daemon starts and stops, some times."""
    seen: dict[str, set[int]] = {"run": set(), "run/s": set(), "run/s.lock": set(), "data": set()}
    running = True

    def look():
        while running:
            for name, modes in seen.items():
                try:
                    modes.add(stat.S_IMODE(os.lstat(tmp_path / name).st_mode))
                except FileNotFoundError:
                    pass

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(3):
            daemon = Daemon(tmp_path)
            daemon.socket = tmp_path / "run" / "s"
            daemon.start()
            assert daemon.stop() == 0
    finally:
        running = False
        thread.join()
    assert seen["run"] <= {0o700, 0o750}
    assert seen["run/s"] == {0o600} and seen["run/s.lock"] == {0o600}
    assert seen["data"] == {0o700}


def refused_start(*options):
    """How a daemon that must not start ends."""
    done = subprocess.run(
        [BINARIES / "callbackd", *options], capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_sockets_that_cannot_be_are_refused_in_words(tmp_path):
    data = ("--data", str(tmp_path / "data"))
    code, words = refused_start("--socket", "@callbackd", *data)
    assert code == 2 and "Abstract sockets have no permissions" in words
    long = str(tmp_path / ("x" * 120))
    code, words = refused_start("--socket", long, *data)
    assert code == 2 and "107" in words
    (tmp_path / "file").write_text("kept")
    code, words = refused_start("--socket", str(tmp_path / "file"), *data)
    assert code == 1 and "not a socket" in words
    assert (tmp_path / "file").read_text() == "kept"


def test_a_second_daemon_stays_away_and_a_killed_one_is_replaced(tmp_path, pb):
    first = Daemon(tmp_path / "a").start()
    code, words = refused_start("--socket", str(first.socket), "--data", str(tmp_path / "b"))
    assert code == 1 and "Another server is running" in words
    code, words = refused_start("--socket", str(tmp_path / "c"), "--data", str(first.data))
    assert code == 1 and "another callbackd has the data" in words
    inode = first.socket.stat().st_ino
    first.kill()
    # What kill -9 leaves: the file, and nobody behind it.
    assert first.socket.stat().st_ino == inode
    with pytest.raises(grpc.RpcError), first.channel() as channel:
        Operator(channel, pb).admin.ListQueues(pb.admin.ListQueuesRequest())
    first.start()
    with first.channel() as channel:
        Operator(channel, pb).admin.ListQueues(pb.admin.ListQueuesRequest())
    assert first.stop() == 0
    assert not first.socket.exists() and first.socket.with_name("callbackd.sock.lock").exists()


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("access:\n  agent:\n    users: [nobody-of-this-name]\n", "c.yaml:3: access.agent.users"),
        ("access:\n  agent: {groups: [no-such-group-here]}\n", "no group no-such-group-here"),
        ("access:\n  boss: {users: [0]}\n", "access.boss: unknown key"),
        ("access:\n  agent: {user: [0]}\n", "access.agent.user: unknown key"),
        ("access:\n  bound: {0: []}\n", "access.bound.0: must be the ids"),
        ("access: all\n", "must hold keys"),
        ("socket_mode: 0777\n", "socket_mode: must be an octal mode"),
        ("socket_mode: 0060\n", "socket_mode: must be an octal mode"),
        ("socket_directory_mode: 0777\n", "socket_directory_mode: must be an octal mode"),
        ("socket_group: no-such-group-here\n", "socket_group: must be a group"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_line(tmp_path, text, complaint):
    (tmp_path / "c.yaml").write_text(text)
    code, words = refused_start("--config", str(tmp_path / "c.yaml"), "--data", str(tmp_path / "d"))
    assert code == 2 and complaint in words, words
