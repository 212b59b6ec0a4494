// grpcpp-client SOCKET CASE: gRPC's C++ library as the client of an interop server.
//
// CASE is unary, stream (500,000 messages on one call) or deadline.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "grpc/testing/test.grpc.pb.h"

namespace {

using grpc::testing::StreamingOutputCallRequest;
using grpc::testing::StreamingOutputCallResponse;
using grpc::testing::TestService;

constexpr int kStreamedMessages = 500'000;
constexpr int kMessagesPerRequest = 1'000;
constexpr int kPayloadBytes = 140;

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << what << std::endl;
  std::exit(1);
}

void Expect(bool holds, const std::string& what) {
  if (!holds) Fail(what);
}

void ExpectCode(const grpc::Status& status, grpc::StatusCode code) {
  Expect(status.error_code() == code,
         "status " + std::to_string(status.error_code()) + ": " + status.error_message());
}

void Unary(TestService::Stub& stub) {
  grpc::ClientContext context;
  grpc::testing::SimpleRequest request;
  request.set_response_size(314'159);
  request.mutable_payload()->set_body(std::string(271'828, '\0'));
  grpc::testing::SimpleResponse response;
  ExpectCode(stub.UnaryCall(&context, request, &response), grpc::StatusCode::OK);
  Expect(response.payload().body().size() == 314'159, "the payload has another size");
}

void Stream(TestService::Stub& stub) {
  grpc::ClientContext context;
  auto call = stub.FullDuplexCall(&context);
  std::thread writer([&call] {
    StreamingOutputCallRequest request;
    for (int i = 0; i < kMessagesPerRequest; ++i) {
      request.add_response_parameters()->set_size(kPayloadBytes);
    }
    for (int sent = 0; sent < kStreamedMessages; sent += kMessagesPerRequest) {
      if (!call->Write(request)) break;
    }
    call->WritesDone();
  });
  StreamingOutputCallResponse response;
  int count = 0;
  while (call->Read(&response)) {
    Expect(response.payload().body().size() == kPayloadBytes, "a payload has another size");
    ++count;
  }
  writer.join();
  ExpectCode(call->Finish(), grpc::StatusCode::OK);
  Expect(count == kStreamedMessages, std::to_string(count) + " messages came");
}

void Deadline(TestService::Stub& stub) {
  const auto begin = std::chrono::steady_clock::now();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  StreamingOutputCallRequest request;
  auto* wanted = request.add_response_parameters();
  wanted->set_size(1);
  wanted->set_interval_us(10'000'000);
  auto call = stub.StreamingOutputCall(&context, request);
  StreamingOutputCallResponse response;
  Expect(!call->Read(&response), "a message came before its time");
  ExpectCode(call->Finish(), grpc::StatusCode::DEADLINE_EXCEEDED);
  Expect(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5),
         "the deadline came late");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) Fail("usage: grpcpp-client SOCKET CASE");
  auto channel = grpc::CreateChannel(std::string("unix:") + argv[1],
                                     grpc::InsecureChannelCredentials());
  auto stub = TestService::NewStub(channel);
  const std::string name = argv[2];
  if (name == "unary") {
    Unary(*stub);
  } else if (name == "stream") {
    Stream(*stub);
  } else if (name == "deadline") {
    Deadline(*stub);
  } else {
    Fail("no such case: " + name);
  }
}
