// grpcpp-callback-server SOCKET: the benchmark's service on grpc++'s callback API.

#include <grpcpp/grpcpp.h>

#include <mutex>
#include <string>

#include "alerts.h"
#include "bench/v1/bench.grpc.pb.h"

namespace {

using bench::v1::Alert;
using bench::v1::Bench;
using bench::v1::ResolveReply;
using bench::v1::ResolveRequest;
using bench::v1::WatchRequest;

class Service final : public Bench::CallbackService {
 public:
  grpc::ServerUnaryReactor* Resolve(grpc::CallbackServerContext* context,
                                    const ResolveRequest* request,
                                    ResolveReply* reply) override {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      maker_.Resolve(*request, reply);
    }
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerWriteReactor<Alert>* Watch(grpc::CallbackServerContext*,
                                         const WatchRequest* request) override {
    return new Watcher(request->count());
  }

 private:
  class Watcher : public grpc::ServerWriteReactor<Alert> {
   public:
    explicit Watcher(std::uint32_t count) : left_(count) { Next(); }

    void OnWriteDone(bool ok) override {
      if (ok) {
        Next();
      } else {
        Finish(grpc::Status::CANCELLED);
      }
    }

    void OnDone() override { delete this; }

   private:
    void Next() {
      if (left_ == 0) {
        Finish(grpc::Status::OK);
        return;
      }
      --left_;
      maker_.FillWatched(&alert_);
      StartWrite(&alert_);
    }

    AlertMaker maker_;
    Alert alert_;
    std::uint32_t left_;
  };

  std::mutex mutex_;
  AlertMaker maker_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  PrepareCallers();
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("unix:") + argv[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const auto running = builder.BuildAndStart();
  if (!running) return 1;
  running->Wait();
}
