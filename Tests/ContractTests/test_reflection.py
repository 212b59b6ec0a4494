"""Health and reflection, by gRPC's own clients: what is served can be listed, described and called
without any proto file."""

import signal

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

SERVICES = [
    "callback.v1.AdminService", "callback.v1.CallbackService", "callback.v1.DialerService",
    "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
]


def test_services_are_listed_described_and_called_with_no_proto_file(daemon):
    with daemon.channel() as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        assert list(database.get_services()) == SERVICES
        pool = descriptor_pool.DescriptorPool(database)
        for name in SERVICES:
            service = pool.FindServiceByName(name)
            for method in service.methods:
                assert pool.FindMessageTypeByName(method.input_type.full_name)
                assert pool.FindMessageTypeByName(method.output_type.full_name)
        method = pool.FindServiceByName(SERVICES[1]).FindMethodByName("ResolveCaller")
        request = message_factory.GetMessageClass(method.input_type)()
        json_format.ParseDict({"number": "(202) 555-0111", "region": "US"}, request)
        call = channel.unary_unary(
            f"/{SERVICES[1]}/ResolveCaller",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=message_factory.GetMessageClass(method.output_type).FromString,
        )
        assert call(request).number.e164 == "+12025550111"


def test_methods_are_described_as_streams_where_they_are_streams(daemon):
    with daemon.channel() as channel:
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        service = pool.FindServiceByName("callback.v1.CallbackService")
        watch, get = service.FindMethodByName("WatchOffers"), service.FindMethodByName("GetAgent")
        dial = pool.FindServiceByName("callback.v1.DialerService").FindMethodByName("Dial")
        assert (watch.client_streaming, watch.server_streaming) == (False, True)
        assert (get.client_streaming, get.server_streaming) == (False, False)
        assert (dial.client_streaming, dial.server_streaming) == (True, True)


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_every_kind_of_request_is_answered_in_turn_on_one_stream(daemon, version):
    request = reflection_pb2.ServerReflectionRequest
    extension = reflection_pb2.ExtensionRequest
    options = "google.protobuf.MethodOptions"
    asked = [
        request(host="h", list_services="*"),
        request(file_by_filename="callback/v1/dialer.proto"),
        request(file_containing_symbol="callback.v1.DialerService.Dial"),
        request(file_containing_symbol="callback.v1.Callback.callback_id"),
        request(file_containing_extension=extension(containing_type=options, extension_number=50001)),
        request(all_extension_numbers_of_type=options),
        request(file_by_filename="no/such.proto"),
        request(file_containing_symbol="no.such.Symbol"),
        request(file_containing_extension=extension(containing_type=options, extension_number=1)),
        request(all_extension_numbers_of_type="no.such.Type"),
        request(),
    ]
    with daemon.channel() as channel:
        answers = list(
            channel.stream_stream(
                f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
                request_serializer=request.SerializeToString,
                response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
            )(iter(asked), timeout=20)
        )
    assert [answer.original_request for answer in answers] == asked
    assert answers[0].valid_host == "h"
    assert [s.name for s in answers[0].list_services_response.service] == SERVICES

    def files(answer):
        return [
            descriptor_pb2.FileDescriptorProto.FromString(file)
            for file in answer.file_descriptor_response.file_descriptor_proto
        ]

    first = files(answers[1])
    names = [file.name for file in first]
    assert names[0] == "callback/v1/dialer.proto" and len(set(names)) == len(names)
    # Whatever a file imports comes with it.
    assert {name for file in first for name in file.dependency} <= set(names)
    # What came before on the stream does not come again unless it is asked for.
    assert [file.name for file in files(answers[2])] == ["callback/v1/dialer.proto"]
    assert [file.name for file in files(answers[3])] == ["callback/v1/types.proto"]
    assert files(answers[4])[0].name == "callback/options/v1/options.proto"
    numbers = answers[5].all_extension_numbers_response
    assert numbers.base_type_name == options and 50001 in numbers.extension_number
    not_found = grpc.StatusCode.NOT_FOUND.value[0]
    assert [a.error_response.error_code for a in answers[6:10]] == [not_found] * 4
    assert answers[10].error_response.error_code == grpc.StatusCode.INVALID_ARGUMENT.value[0]


def test_health_is_known_of_each_service_and_of_the_whole(daemon):
    with daemon.channel() as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for name in ["", *SERVICES[:3]]:
            answer = health.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING, name
        with pytest.raises(grpc.RpcError) as refused:
            health.Check(health_pb2.HealthCheckRequest(service="no.such.Service"))
        assert refused.value.code() == grpc.StatusCode.NOT_FOUND
        watch = health.Watch(health_pb2.HealthCheckRequest(service="no.such.Service"))
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
        watch.cancel()


def test_who_watches_learns_that_the_daemon_stops(daemon):
    with daemon.channel() as channel:
        health = health_pb2_grpc.HealthStub(channel)
        watch = health.Watch(health_pb2.HealthCheckRequest(service=SERVICES[1]))
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        daemon.process.send_signal(signal.SIGTERM)
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        with pytest.raises(grpc.RpcError) as ended:
            next(watch)
        assert ended.value.code() == grpc.StatusCode.UNAVAILABLE
    assert daemon.process.wait(timeout=20) == 0
