#include "DigitPattern.h"

namespace callback {
namespace {

constexpr uint16_t kAnyDigit = 0x3ff;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Reads the regular expressions of numbering metadata: digits, classes, groups, alternatives and
/// quantifiers. Sets `failed` on anything else.
class FirstDigitReader {
 public:
  explicit FirstDigitReader(const std::string &pattern) : pattern_(pattern) {}

  uint16_t Read() {
    Part all = Alternatives();
    return failed_ || at_ != pattern_.size() ? kAnyDigit : all.first;
  }

 private:
  struct Part {
    uint16_t first = 0;
    bool may_be_empty = false;
  };

  char Peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }

  Part Alternatives() {
    Part all = Sequence();
    while (!failed_ && Peek() == '|') {
      ++at_;
      Part next = Sequence();
      all.first |= next.first;
      all.may_be_empty |= next.may_be_empty;
    }
    return all;
  }

  Part Sequence() {
    Part all;
    all.may_be_empty = true;
    while (!failed_ && at_ < pattern_.size() && Peek() != '|' && Peek() != ')') {
      Part next = Atom();
      if (Quantifier()) next.may_be_empty = true;
      if (all.may_be_empty) {
        all.first |= next.first;
        all.may_be_empty = next.may_be_empty;
      }
    }
    return all;
  }

  Part Atom() {
    Part part;
    const char c = Peek();
    ++at_;
    if (IsDigit(c)) {
      part.first = static_cast<uint16_t>(1u << (c - '0'));
    } else if (c == '$') {
      part.may_be_empty = true;
    } else if (c == '\\' && Peek() == 'd') {
      ++at_;
      part.first = kAnyDigit;
    } else if (c == '[') {
      part.first = Class();
    } else if (c == '(') {
      if (pattern_.compare(at_, 2, "?:") == 0) at_ += 2;
      part = Alternatives();
      if (Peek() != ')') failed_ = true;
      ++at_;
    } else {
      failed_ = true;
    }
    return part;
  }

  uint16_t Class() {
    uint16_t digits = 0;
    while (IsDigit(Peek())) {
      const int low = Peek() - '0';
      int high = low;
      ++at_;
      if (Peek() == '-') {
        ++at_;
        if (!IsDigit(Peek())) break;
        high = Peek() - '0';
        ++at_;
      }
      for (int digit = low; digit <= high; ++digit) digits |= static_cast<uint16_t>(1u << digit);
    }
    if (Peek() != ']') failed_ = true;
    ++at_;
    return digits;
  }

  /// Skips a quantifier; true when it allows none at all.
  bool Quantifier() {
    const char c = Peek();
    if (c == '?' || c == '*' || c == '+') {
      ++at_;
      return c != '+';
    }
    if (c != '{') return false;
    ++at_;
    const bool none = Peek() == '0';
    while (at_ < pattern_.size() && Peek() != '}') ++at_;
    ++at_;
    return none;
  }

  const std::string &pattern_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

uint16_t FirstDigits(const std::string &pattern) { return FirstDigitReader(pattern).Read(); }

std::string LeadingDigits(const std::string &pattern) {
  int depth = 0;
  for (char c : pattern) {
    depth += (c == '(') - (c == ')');
    if (c == '|' && depth == 0) return "";
  }
  size_t count = 0;
  while (count < pattern.size() && IsDigit(pattern[count])) ++count;
  // A quantifier after the last digit may allow it not to be there.
  const char next = count < pattern.size() ? pattern[count] : '\0';
  if (count > 0 && (next == '?' || next == '*' || next == '{')) --count;
  return pattern.substr(0, count);
}

bool IsLiteral(const std::string &pattern) {
  for (char c : pattern)
    if (!IsDigit(c)) return false;
  return true;
}

}  // namespace callback
