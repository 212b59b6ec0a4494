// The behaviour that all benchmark servers share: a table of callers and the answers made from it.

#ifndef BENCHMARKS_RPC_CPP_ALERTS_H_
#define BENCHMARKS_RPC_CPP_ALERTS_H_

#include <cstdint>
#include <string>

#include "bench/v1/bench.pb.h"

// Makes the table that all answers come from; once, before the first answer.
void PrepareCallers();

// Makes answers; used by one thread at a time.
class AlertMaker {
 public:
  void Resolve(const bench::v1::ResolveRequest& request, bench::v1::ResolveReply* reply) {
    Fill(request.caller_number(), reply->mutable_alert());
  }

  // The alerts of a stream all name the same caller.
  void FillWatched(bench::v1::Alert* alert) { Fill("+15550000042", alert); }

 private:
  void Fill(const std::string& number, bench::v1::Alert* alert);

  std::uint64_t counter_ = 0;
};

#endif  // BENCHMARKS_RPC_CPP_ALERTS_H_
