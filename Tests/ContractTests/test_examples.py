"""The examples run: an agent's desktop and a telephony connector as processes of their own."""

import pathlib
import subprocess
import sys
import threading

import pytest
import stubs
from daemon import BINARIES
from world import World

EXAMPLES = pathlib.Path(__file__).parent / "examples"
# Seconds that any single line may take before a test fails.
WAIT = 20


class Example:
    """A running example."""

    def __init__(self, name: str, *options: str):
        program = [sys.executable, EXAMPLES / name] if name.endswith(".py") else [BINARIES / name]
        self.process = subprocess.Popen(
            [*program, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={"PYTHONPATH": str(stubs.folder), "PATH": "/usr/bin:/bin"},
        )
        self.said = []

    def say(self, word: str) -> None:
        """Types a word."""
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def until(self, text: str) -> str:
        """The next line that holds a text."""
        alarm = threading.Timer(WAIT, self.process.kill)
        alarm.start()
        try:
            for line in self.process.stdout:
                self.said.append(line)
                if text in line:
                    return line.strip()
        finally:
            alarm.cancel()
        raise AssertionError(f"‘{text}’ was not said: {self.said}")

    def end(self) -> None:
        """Ends the example."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def start():
    running = []

    def start(name: str, *options: str) -> Example:
        running.append(Example(name, *options))
        return running[-1]

    yield start
    for example in running:
        example.end()


@pytest.fixture
def world(daemon, pb):
    made = World(daemon, pb)
    yield made
    made.close()


def state(world, callback: str):
    return world.calls.GetCallback(world.c.GetCallbackRequest(callback_id=callback)).callback.state


def test_a_desktop_takes_a_callback_to_its_end(world, daemon, start):
    queue = world.queue()
    agent = world.agent(queue)
    desktop = start("agent_desktop.py", "--socket", str(daemon.socket), "--agent", agent)
    desktop.until("ready")
    first = world.callback(queue, caller_number="+12025550123", caller_name="Grace Hopper")
    assert desktop.until("alert") == "alert: Grace Hopper, (202) 555-0123 [Unknown]"
    desktop.say("reject")
    desktop.until("rejected")
    world.calls.CancelCallback(world.c.CancelCallbackRequest(callback_id=first))
    second = world.callback(queue, caller_number="+12025550124")
    desktop.until("alert")
    desktop.say("accept")
    assert desktop.until("Call to") == "Call to (202) 555-0124; the Greeting card opens"
    desktop.say("answered")
    desktop.until("reported")
    desktop.say("ended")
    assert desktop.until("reported") == "reported; the callback is completed"
    assert state(world, second) == world.t.CALLBACK_STATE_COMPLETED
    desktop.say("accept")
    desktop.until("cannot accept now")
    desktop.say("quit")
    assert desktop.process.wait(timeout=WAIT) == 0


def test_a_desktop_outlives_a_restart_of_the_daemon(world, daemon, start):
    queue = world.queue()
    agent = world.agent(queue)
    desktop = start("agent_desktop.py", "--socket", str(daemon.socket), "--agent", agent)
    desktop.until("ready")
    daemon.kill()
    desktop.until("away")
    daemon.start()
    desktop.until("watching")
    desktop.say("ready")
    desktop.until("ready")
    world.close()
    again = World(daemon, world.pb)
    again.callback(queue, caller_number="+12025550125")
    assert "(202) 555-0125" in desktop.until("alert")
    again.close()


def test_a_connector_dials_what_a_desktop_accepts(world, daemon, start):
    queue = world.queue(dialing=world.t.DIALING_MODE_CONNECTOR)
    connector = start(
        "telephony_connector.py", "--socket", str(daemon.socket), "--talk", "0",
        "--busy", "+12025550127",
    )
    connector.until("attached")
    desk = world.desk(queue)
    answered = world.callback(queue, caller_number="+12025550126")
    desk.accept(desk.offer())
    assert "+12025550126" in connector.until("dialling")
    connector.until("over")
    desk.becomes("READY")
    assert state(world, answered) == world.t.CALLBACK_STATE_COMPLETED
    busy = world.callback(queue, caller_number="+12025550127")
    desk.accept(desk.offer())
    connector.until("over")
    desk.becomes("READY")
    assert state(world, busy) == world.t.CALLBACK_STATE_RETRY_WAIT


def test_a_connector_reports_again_what_a_killed_daemon_did_not_hear(world, daemon, start):
    queue = world.queue(dialing=world.t.DIALING_MODE_CONNECTOR)
    connector = start("telephony_connector.py", "--socket", str(daemon.socket), "--talk", "1")
    connector.until("attached")
    desk = world.desk(queue)
    callback = world.callback(queue)
    desk.accept(desk.offer())
    connector.until("dialling")
    daemon.kill()
    connector.until("over")
    daemon.start()
    connector.until("attached")
    world.close()
    again = World(daemon, world.pb)
    done = (world.t.CALLBACK_STATE_COMPLETED,)
    for _ in again.calls.WatchOutcomes(again.c.WatchOutcomesRequest(since={"seconds": 0})):
        if state(again, callback) in done:
            break
    again.close()


def test_a_program_in_swift_follows_a_callback_over_a_restart(world, daemon, start):
    queue = world.queue()
    follower = start("follow-callback", str(daemon.socket), queue, "(202) 555-0128")
    assert follower.until("taken") == "taken: (202) 555-0128, 0 before it"
    follower.until("watching")
    daemon.kill()
    follower.until("away")
    daemon.start()
    world.close()
    again = World(daemon, world.pb)
    (callback,) = again.calls.ListCallbacks(again.c.ListCallbacksRequest()).callbacks
    again.calls.CancelCallback(
        again.c.CancelCallbackRequest(callback_id=callback.callback_id)
    )
    follower.until("CANCELLED")
    assert follower.process.wait(timeout=WAIT) == 0
    again.close()


def test_a_program_in_swift_tells_refusals_apart(world, daemon, start):
    refused = start("follow-callback", str(daemon.socket), world.queue(), "911")
    assert "REASON_EMERGENCY_NUMBER" in refused.until("refused by")
    refused = start("follow-callback", str(daemon.socket), "none", "(202) 555-0129")
    assert "QUEUE_NOT_FOUND" in refused.until("NOT_FOUND")
    refused = start("follow-callback", str(daemon.folder / "nothing"), "none", "(202) 555-0129")
    refused.until("nobody listens")
