#include "alerts.h"

#include <time.h>

#include <cstdio>
#include <unordered_map>

namespace {

struct Caller {
  std::string record_id;
  std::string name;
  int label;
};

constexpr int kCallers = 100'000;
constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::int64_t Milliseconds() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * std::int64_t{1'000} + time.tv_nsec / 1'000'000;
}

// 26 characters: ten of the time, sixteen of a number run through a mixer.
void WriteIdentifier(std::int64_t now, std::uint64_t seed, std::string* out) {
  out->resize(26);
  char* text = out->data();
  auto time = static_cast<std::uint64_t>(now);
  for (int i = 9; i >= 0; --i, time >>= 5) text[i] = kDigits[time & 31];
  std::uint64_t mixed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
  for (int i = 10; i < 26; ++i, mixed = mixed >> 4 | mixed << 60) text[i] = kDigits[mixed & 31];
}

std::unordered_map<std::string, Caller> callers;
const Caller unknown{"", "", 4};

}  // namespace

void PrepareCallers() {
  callers.reserve(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    char padded[8];
    std::snprintf(padded, sizeof padded, "%07d", i);
    callers.emplace(std::string("+1555") + padded,
                    Caller{std::string("rec_") + padded, std::string("Caller ") + padded,
                           i % 3 + 1});
  }
}

void AlertMaker::Fill(const std::string& number, bench::v1::Alert* alert) {
  const auto found = callers.find(number);
  const Caller& caller = found == callers.end() ? unknown : found->second;
  const std::int64_t now = Milliseconds();
  counter_ += 0x9E3779B97F4A7C15;
  WriteIdentifier(now, counter_, alert->mutable_callback_id());
  alert->set_caller_name(caller.name);
  alert->set_caller_number(number);
  alert->clear_labels();
  alert->add_labels(caller.label);
  if (caller.label == 2) alert->add_labels(7);
  alert->set_location("Springfield North");
  alert->set_ad_source("Google Ads");
  alert->set_queue("callbacks-main");
  alert->set_requested_at_ms(now);
  alert->set_card(caller.label == 4 ? 3 : caller.label);
  alert->set_card_record_id(caller.record_id);
}
