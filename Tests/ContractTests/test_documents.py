"""The calls in the documents are made as they stand there.

What grpcurl does is done with Google's protobuf and grpcio: descriptors come from the daemon's
reflection, or from the proto file that the command names; the request is read from its JSON."""

import pathlib
import subprocess
import sys
import textwrap

import grpc
import grpc_tools
import pytest
import stubs
from daemon import BINARIES, ROOT
from documents import DOCUMENTS, SOCKET, Grpcurl, commands, fenced
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from grpc_tools import protoc
from world import World

CALLS = [Grpcurl.read(words) for words in commands("grpcurl")]


@pytest.fixture
def world(daemon, pb):
    """The call center that the documents speak of."""
    made = World(daemon, pb)
    made.operator.queue("sales")
    made.operator.location("downtown", "Downtown")
    made.operator.number("+12025550100", "downtown", "sales", "radio")
    yield made
    made.close()


def pool(call: Grpcurl, channel, folder) -> descriptor_pool.DescriptorPool:
    """Where grpcurl would take the descriptors from."""
    if not call.protos:
        return descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    packed = folder / "set.binpb"
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    status = protoc.main(
        [
            "protoc", f"-I{ROOT / call.import_path}", f"-I{well_known}", "--include_imports",
            f"--descriptor_set_out={packed}", *call.protos,
        ]
    )
    assert status == 0
    found = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(packed.read_bytes()).file:
        found.Add(file)
    return found


def perform(call: Grpcurl, channel, folder):
    """Makes a call as grpcurl does: gives its first message."""
    found = pool(call, channel, folder)
    method = found.FindServiceByName(call.service).FindMethodByName(call.method)
    request = json_format.Parse(
        call.data, message_factory.GetMessageClass(method.input_type)(), descriptor_pool=found
    )
    assert not method.client_streaming
    make = channel.unary_stream if method.server_streaming else channel.unary_unary
    answer = make(
        f"/{call.target}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
    )(request, timeout=20)
    if method.server_streaming:
        first = next(answer)
        answer.cancel()
        return first
    return answer


def test_there_are_calls_in_the_documents():
    assert {call.method for call in CALLS} >= {
        "ResolveCaller", "RequestCallback", "WatchOutcomes",
    }


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.method)
def test_a_documented_grpcurl_call_is_answered(world, tmp_path, call):
    assert call.address == SOCKET
    # Something to tell of, for streams.
    world.cancelled("sales")
    answer = perform(call, world.channel, tmp_path)
    assert answer.ListFields(), "it tells something"
    assert json_format.MessageToJson(answer)


@pytest.mark.parametrize("with_proto", [False, True])
def test_a_call_that_names_what_there_is_not_would_be_noticed(world, tmp_path, with_proto):
    protos = ("callback/v1/callback.proto",) if with_proto else ()

    def made(data: str, target: str) -> Grpcurl:
        return Grpcurl(data, protos, "Protos", SOCKET, target)

    resolve = "callback.v1.CallbackService/ResolveCaller"
    assert perform(made('{"number": "+12025550111"}', resolve), world.channel, tmp_path)
    with pytest.raises(json_format.ParseError):
        perform(made('{"telephone": "+12025550111"}', resolve), world.channel, tmp_path)
    with pytest.raises(KeyError):
        perform(made("{}", "callback.v1.CallbackService/FindCaller"), world.channel, tmp_path)
    with pytest.raises(KeyError):
        perform(made("{}", "callback.v1.CallerService/ResolveCaller"), world.channel, tmp_path)
    with pytest.raises(grpc.RpcError):
        perform(made("{}", resolve), world.channel, tmp_path)
    with pytest.raises(ValueError):
        Grpcurl.read(["grpcurl", "-plaintext", "-unix", "-data", "{}", SOCKET, resolve])


def with_calls(language: str) -> list[str]:
    """The blocks of a language that call the daemon."""
    return [
        block for document in DOCUMENTS for block in fenced(document, language) if SOCKET in block
    ]


def test_the_documented_program_in_python_runs(world, daemon):
    (block,) = with_calls("python")
    done = subprocess.run(
        [sys.executable, "-c", block.replace(SOCKET, str(daemon.socket))],
        env={"PYTHONPATH": str(stubs.folder), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" 0 before it\n")


def test_the_documented_program_in_swift_is_the_one_that_runs(world, daemon):
    (block,) = with_calls("swift")
    example = ROOT / "Tests/ContractTests/examples/RequestCallback/RequestCallback.swift"
    shown = textwrap.indent(block.replace(f'"{SOCKET}"', "CommandLine.arguments[1]"), "    ")
    assert shown in example.read_text()
    done = subprocess.run(
        [BINARIES / "request-callback", daemon.socket], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" 0 before it\n")
