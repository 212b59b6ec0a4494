"""gRPC's interop cases, played by grpcio as the client."""

import os
import queue

import grpc
import interop_stubs

LARGE_REQUEST, LARGE_RESPONSE = 271_828, 314_159
REQUEST_SIZES = [27_182, 8, 1_828, 45_904]
RESPONSE_SIZES = [31_415, 9, 2_653, 58_979]
INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
GZIP = grpc.Compression.Gzip


class Client:
    """The stubs and messages that the cases use, and the relay that sees the wire."""

    def __init__(self, channel, tap):
        self.tap = tap
        self.messages = interop_stubs.module("messages_pb2")
        self.empty = interop_stubs.module("empty_pb2").Empty()
        services = interop_stubs.module("test_pb2_grpc")
        self.service = services.TestServiceStub(channel)
        self.unimplemented = services.UnimplementedServiceStub(channel)

    def zeros(self, size):
        return self.messages.Payload(body=bytes(size))

    def flag(self, value):
        return self.messages.BoolValue(value=value)

    def large(self, **fields):
        return self.messages.SimpleRequest(
            response_size=LARGE_RESPONSE, payload=self.zeros(LARGE_REQUEST), **fields
        )

    def output(self, sizes, **fields):
        parameters = [self.messages.ResponseParameters(size=size) for size in sizes]
        return self.messages.StreamingOutputCallRequest(response_parameters=parameters, **fields)


class Requests:
    """Requests that are sent when the case says so."""

    def __init__(self):
        self.waiting = queue.Queue()

    def send(self, request):
        self.waiting.put(request)

    def close(self):
        self.waiting.put(None)

    def __iter__(self):
        return iter(self.waiting.get, None)


def fails(code, call, message=None):
    """The call ends with the code."""
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        assert message is None or error.details() == message, error
        return
    raise AssertionError(f"the call ended well instead of with {code}")


def empty_unary(client):
    assert client.service.EmptyCall(client.empty) == client.empty


def large_unary(client):
    assert client.service.UnaryCall(client.large()).payload.body == bytes(LARGE_RESPONSE)


def client_compressed_unary(client):
    probe = client.large(expect_compressed=client.flag(True))
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: client.service.UnaryCall(probe))
    for compressed in (True, False):
        request = client.large(expect_compressed=client.flag(compressed))
        compression = GZIP if compressed else grpc.Compression.NoCompression
        response = client.service.UnaryCall(request, compression=compression)
        assert response.payload.body == bytes(LARGE_RESPONSE)
        assert client.tap.flags("up") == [int(compressed)]


def server_compressed_unary(client):
    for compressed in (True, False):
        request = client.large(response_compressed=client.flag(compressed))
        assert client.service.UnaryCall(request).payload.body == bytes(LARGE_RESPONSE)
        assert client.tap.flags("down") == [int(compressed)]


def client_streaming(client):
    make = client.messages.StreamingInputCallRequest
    requests = [make(payload=client.zeros(size)) for size in REQUEST_SIZES]
    counted = client.service.StreamingInputCall(iter(requests))
    assert counted.aggregated_payload_size == 74_922


def client_compressed_streaming(client):
    make = client.messages.StreamingInputCallRequest
    first = make(payload=client.zeros(27_182), expect_compressed=client.flag(True))
    call = client.service.StreamingInputCall
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(iter([first])))
    # grpcio chooses by call; it leaves as it is what compressing would make larger.
    noise = client.messages.Payload(body=os.urandom(45_904))
    second = make(payload=noise, expect_compressed=client.flag(False))
    counted = call(iter([first, second]), compression=GZIP)
    assert counted.aggregated_payload_size == 73_086
    assert client.tap.flags("up") == [1, 0]


def server_streaming(client):
    responses = client.service.StreamingOutputCall(client.output(RESPONSE_SIZES))
    assert [len(response.payload.body) for response in responses] == RESPONSE_SIZES


def server_compressed_streaming(client):
    request = client.output([31_415, 92_653])
    request.response_parameters[0].compressed.value = True
    request.response_parameters[1].compressed.value = False
    responses = client.service.StreamingOutputCall(request)
    assert [len(response.payload.body) for response in responses] == [31_415, 92_653]
    assert client.tap.flags("down") == [1, 0]


def ping_pong(client):
    requests = Requests()
    responses = client.service.FullDuplexCall(iter(requests))
    for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.send(client.output([response_size], payload=client.zeros(request_size)))
        assert len(next(responses).payload.body) == response_size
    requests.close()
    assert not list(responses)


def empty_stream(client):
    assert not list(client.service.FullDuplexCall(iter([])))


def cancel_after_begin(client):
    requests = Requests()
    call = client.service.StreamingInputCall.future(iter(requests))
    call.cancel()
    assert call.cancelled() and call.code() == grpc.StatusCode.CANCELLED
    requests.close()


def cancel_after_first_response(client):
    requests = Requests()
    responses = client.service.FullDuplexCall(iter(requests))
    requests.send(client.output([31_415], payload=client.zeros(27_182)))
    assert len(next(responses).payload.body) == 31_415
    responses.cancel()
    fails(grpc.StatusCode.CANCELLED, lambda: next(responses))
    requests.close()


def timeout_on_sleeping_server(client):
    requests = Requests()
    requests.send(client.output([], payload=client.zeros(27_182)))
    responses = client.service.FullDuplexCall(iter(requests), timeout=0.001)
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(responses))
    requests.close()


def custom_metadata(client):
    metadata = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))
    _, unary = client.service.UnaryCall.with_call(client.large(), metadata=metadata)
    request = client.output([LARGE_RESPONSE], payload=client.zeros(LARGE_REQUEST))
    duplex = client.service.FullDuplexCall(iter([request]), metadata=metadata)
    assert [len(response.payload.body) for response in duplex] == [LARGE_RESPONSE]
    for call in (unary, duplex):
        assert metadata[0] in [tuple(entry) for entry in call.initial_metadata()]
        assert metadata[1] in [tuple(entry) for entry in call.trailing_metadata()]


def status_code_and_message(client):
    status = client.messages.EchoStatus(code=2, message="test status message")
    unary = client.messages.SimpleRequest(response_status=status)
    code = grpc.StatusCode.UNKNOWN
    fails(code, lambda: client.service.UnaryCall(unary), status.message)
    duplex = client.output([], response_status=status)
    fails(code, lambda: list(client.service.FullDuplexCall(iter([duplex]))), status.message)


def special_status_message(client):
    status = client.messages.EchoStatus(code=2, message=SPECIAL_MESSAGE)
    request = client.messages.SimpleRequest(response_status=status)
    fails(grpc.StatusCode.UNKNOWN, lambda: client.service.UnaryCall(request), SPECIAL_MESSAGE)


def unimplemented_method(client):
    call = client.service.UnimplementedCall
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: call(client.empty))


def unimplemented_service(client):
    call = client.unimplemented.UnimplementedCall
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: call(client.empty))


CASES = [
    empty_unary,
    large_unary,
    client_compressed_unary,
    server_compressed_unary,
    client_streaming,
    client_compressed_streaming,
    server_streaming,
    server_compressed_streaming,
    ping_pong,
    empty_stream,
    cancel_after_begin,
    cancel_after_first_response,
    timeout_on_sleeping_server,
    custom_metadata,
    status_code_and_message,
    special_status_message,
    unimplemented_method,
    unimplemented_service,
]
