"""gRPC's interop TestService, offered by grpcio."""

import time
from concurrent import futures

import grpc
import interop_stubs

INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
CODES = {code.value[0]: code for code in grpc.StatusCode}


def start(path, tap):
    """Listens on a Unix socket; `tap` is the relay that knows which messages were compressed."""
    services = interop_stubs.module("test_pb2_grpc")
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), compression=None)
    services.add_TestServiceServicer_to_server(_make_servicer(services, tap), server)
    server.add_insecure_port(f"unix:{path}")
    server.start()
    return server


def _make_servicer(services, tap):
    messages = interop_stubs.module("messages_pb2")
    empty = interop_stubs.module("empty_pb2").Empty()

    def payload(size):
        return messages.Payload(body=bytes(size))

    def echo_metadata(context):
        for key, value in context.invocation_metadata():
            if key == INITIAL:
                context.send_initial_metadata(((key, value),))
            elif key == TRAILING:
                context.set_trailing_metadata(((key, value),))

    def end_with(status, context):
        if status.code:
            context.abort(CODES[status.code], status.message)

    def expect_flag(request, index, context):
        """Refuses a message that was not sent as it says it was."""
        if request.HasField("expect_compressed"):
            if tap.flags("up")[index] != request.expect_compressed.value:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not compressed as announced")

    class TestService(services.TestServiceServicer):
        def EmptyCall(self, request, context):
            echo_metadata(context)
            return empty

        def UnaryCall(self, request, context):
            expect_flag(request, 0, context)
            if request.response_compressed.value:
                context.set_compression(grpc.Compression.Gzip)
            echo_metadata(context)
            end_with(request.response_status, context)
            return messages.SimpleResponse(payload=payload(request.response_size))

        def StreamingOutputCall(self, request, context):
            if any(wanted.compressed.value for wanted in request.response_parameters):
                context.set_compression(grpc.Compression.Gzip)
            echo_metadata(context)
            yield from self._answers(request, context)

        def StreamingInputCall(self, requests, context):
            size = 0
            for index, request in enumerate(requests):
                expect_flag(request, index, context)
                size += len(request.payload.body)
            return messages.StreamingInputCallResponse(aggregated_payload_size=size)

        def FullDuplexCall(self, requests, context):
            echo_metadata(context)
            for request in requests:
                yield from self._answers(request, context)

        def _answers(self, request, context):
            end_with(request.response_status, context)
            for wanted in request.response_parameters:
                time.sleep(wanted.interval_us / 1e6)
                if not wanted.compressed.value:
                    context.disable_next_message_compression()
                yield messages.StreamingOutputCallResponse(payload=payload(wanted.size))

    return TestService()
