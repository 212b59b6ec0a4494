"""`callbackctl call` and `callbackctl methods`: any method in protobuf's JSON, as Google's library for
Python writes and reads it."""

import json
import subprocess

import pytest
from contract import METHODS
from ctl import ctl
from daemon import BINARIES
from google.protobuf import json_format
from valid import REQUESTS
from world import World


@pytest.fixture(scope="module")
def world(shared_daemon, pb):
    made = World(shared_daemon, pb)
    yield made
    made.close()


def lines(text: str, world, name: str):
    """The messages of a stream, one a line."""
    make = world.type(METHODS[name].response)
    return [json_format.Parse(line, make()) for line in text.splitlines()]


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_any_method_is_called_with_python_s_json_and_answers_in_json_that_python_reads(world, name):
    request = REQUESTS[name](world)
    said = ctl("call", name, json_format.MessageToJson(request), daemon=world.daemon).stdout
    assert said.count("\n") == 1
    answer = json_format.Parse(said, world.type(METHODS[name].response)())
    # What Python makes of the answer is what was printed.
    assert json.loads(said) == json_format.MessageToDict(answer)


def test_names_of_the_proto_files_are_read_too(world):
    request = world.a.PutQueueRequest(queue=world.a.Queue(queue_id=world.name("queue")))
    text = json_format.MessageToJson(request, preserving_proto_field_name=True)
    said = ctl("call", "PutQueue", text, daemon=world.daemon).stdout
    answer = json_format.Parse(said, world.a.PutQueueResponse())
    assert answer.queue.queue_id == request.queue.queue_id


def call(world, name: str, typed: str) -> subprocess.CompletedProcess:
    """Calls a method that reads one message a line."""
    return subprocess.run(
        [BINARIES / "callbackctl", "call", name, "--socket", world.daemon.socket],
        input=typed, capture_output=True, text=True, timeout=30,
    )


def test_a_stream_of_requests_is_one_message_a_line(world):
    rows = [
        world.a.ImportDirectoryRequest(
            rows=[
                world.a.ImportRow(
                    line=line, record_id=world.name("record"), record_class="lead",
                    name=f"Lead {line}", numbers=[world.number()], region="US",
                )
            ]
        )
        for line in range(1, 4)
    ]
    typed = "".join(json_format.MessageToJson(row, indent=None) + "\n" for row in rows)
    done = call(world, "ImportDirectory", typed)
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout, world, "AdminService/ImportDirectory")[-1].imported == 3
    exported = ctl("call", "ExportDirectory", daemon=world.daemon).stdout
    found = [
        row.record_id
        for answer in lines(exported, world, "AdminService/ExportDirectory")
        for row in answer.rows
    ]
    assert {row.record_id for each in rows for row in each.rows} <= set(found)


def test_a_stream_of_answers_is_one_message_a_line_as_they_come(world):
    queue = world.queue()
    ids = [world.cancelled(queue) for _ in range(3)]
    request = world.c.WatchOutcomesRequest(since={"seconds": 0}, queue_id=queue)
    watching = subprocess.Popen(
        [
            BINARIES / "callbackctl", "call", "WatchOutcomes",
            json_format.MessageToJson(request), "--socket", world.daemon.socket,
        ],
        stdout=subprocess.PIPE, text=True,
    )
    found = []
    while len(found) < 3:
        message = json_format.Parse(watching.stdout.readline(), world.c.WatchOutcomesResponse())
        if message.WhichOneof("event") == "outcome":
            found.append(message.outcome.callback_id)
    watching.kill()
    watching.wait()
    watching.stdout.close()
    assert found == ids


def test_a_line_that_is_no_message_is_refused(world):
    done = call(world, "ImportDirectory", '{"rows": 7}\n')
    assert done.returncode == 2 and "rows" in done.stderr
    refused = ctl("call", "GetCallback", '{"callbackId": 7}', daemon=world.daemon, code=2)
    assert "callbackId" in refused.stderr or "callback_id" in refused.stderr


def test_a_refused_call_says_status_and_reason(world):
    refused = ctl(
        "call", "GetCallback", json.dumps({"callbackId": "0" * 26}), daemon=world.daemon, code=1
    )
    assert "CALLBACK_NOT_FOUND" in refused.stderr


def test_methods_lists_every_method():
    listed = ctl("methods").stdout
    for method in METHODS.values():
        assert method.name.partition("/")[2] in listed


def test_methods_are_listed_in_json_a_line_each_as_the_protos_say():
    listed = [json.loads(line) for line in ctl("methods", "--json").stdout.splitlines()]
    found = {method["method"].removeprefix("callback.v1."): method for method in listed}
    assert found.keys() == METHODS.keys()
    for name, method in METHODS.items():
        told = found[name]
        assert (told["request"], told["response"]) == (method.request, method.response)
        assert set(told["reasons"]) == set(method.reasons)
        # The same, and its messages.
        detail = json.loads(ctl("--json", "methods", name).stdout)
        messages = [message["message"] for message in detail.pop("messages")]
        assert detail == told
        assert {method.request, method.response} <= set(messages)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_methods_tells_what_the_protos_say(name):
    told = ctl("methods", name).stdout
    method = METHODS[name]
    assert method.request.rpartition(".")[2] in told
    assert method.response.rpartition(".")[2] in told
    for reason in method.reasons:
        assert reason in told
