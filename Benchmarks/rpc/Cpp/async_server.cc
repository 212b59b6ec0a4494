// grpcpp-async-server SOCKET: the benchmark's service on grpc++'s completion queue, one thread.

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "alerts.h"
#include "bench/v1/bench.grpc.pb.h"

namespace {

using bench::v1::Alert;
using bench::v1::Bench;
using bench::v1::ResolveReply;
using bench::v1::ResolveRequest;
using bench::v1::WatchRequest;

struct Server {
  Bench::AsyncService service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  AlertMaker maker;
};

// A call waits in the queue until it is begun, and again for each of its steps.
class Call {
 public:
  virtual ~Call() = default;
  virtual void Proceed(bool ok) = 0;
};

class ResolveCall : public Call {
 public:
  explicit ResolveCall(Server* server) : server_(server), writer_(&context_) {
    server_->service.RequestResolve(&context_, &request_, &writer_, server_->queue.get(),
                                    server_->queue.get(), this);
  }

  void Proceed(bool ok) override {
    if (answered_ || !ok) {
      delete this;
      return;
    }
    new ResolveCall(server_);
    answered_ = true;
    ResolveReply reply;
    server_->maker.Resolve(request_, &reply);
    writer_.Finish(reply, grpc::Status::OK, this);
  }

 private:
  Server* const server_;
  grpc::ServerContext context_;
  ResolveRequest request_;
  grpc::ServerAsyncResponseWriter<ResolveReply> writer_;
  bool answered_ = false;
};

class WatchCall : public Call {
 public:
  explicit WatchCall(Server* server) : server_(server), writer_(&context_) {
    server_->service.RequestWatch(&context_, &request_, &writer_, server_->queue.get(),
                                  server_->queue.get(), this);
  }

  void Proceed(bool ok) override {
    if (finished_ || !ok) {
      delete this;
      return;
    }
    if (!begun_) {
      begun_ = true;
      new WatchCall(server_);
    }
    if (sent_ == request_.count()) {
      finished_ = true;
      writer_.Finish(grpc::Status::OK, this);
      return;
    }
    ++sent_;
    server_->maker.FillWatched(&alert_);
    writer_.Write(alert_, this);
  }

 private:
  Server* const server_;
  grpc::ServerContext context_;
  WatchRequest request_;
  grpc::ServerAsyncWriter<Alert> writer_;
  Alert alert_;
  std::uint32_t sent_ = 0;
  bool begun_ = false;
  bool finished_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  PrepareCallers();
  Server server;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("unix:") + argv[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&server.service);
  server.queue = builder.AddCompletionQueue();
  const auto running = builder.BuildAndStart();
  if (!running) return 1;
  // As many calls can begin at once as the load has outstanding.
  for (int i = 0; i < 128; ++i) new ResolveCall(&server);
  for (int i = 0; i < 8; ++i) new WatchCall(&server);
  void* tag;
  bool ok;
  while (server.queue->Next(&tag, &ok)) static_cast<Call*>(tag)->Proceed(ok);
}
