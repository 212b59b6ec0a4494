#include "NumberingPlan.h"

#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <cstring>

#include "DigitPattern.h"

namespace i18n {
namespace phonenumbers {
// The library exports its compiled-in metadata without declaring it in a header. Weak: where a
// release no longer has it, no text counts as plain and the library answers for all.
__attribute__((weak)) int metadata_size();
__attribute__((weak)) const void *metadata_get();
}  // namespace phonenumbers
}  // namespace i18n

namespace callback {
namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberUtil;

/// The most digits of a number, its country code included (ITU-T E.164, 6.2.1).
constexpr size_t kLongestNumber = 15;
/// Numbers typed this short may be emergency numbers, of which the plan knows nothing.
constexpr size_t kLongestShortNumber = 6;

RegionPlan PlanOf(const PhoneMetadata &metadata) {
  RegionPlan plan;
  plan.country_code = metadata.country_code();
  plan.country_digits = std::to_string(plan.country_code);
  for (int length : metadata.general_desc().possible_length()) {
    if (length > 0 && length < 32) plan.possible_lengths |= 1u << length;
    plan.longest = std::max(plan.longest, length);
  }
  const std::string &prefix = metadata.national_prefix_for_parsing();
  plan.prefix_first = FirstDigits(prefix);
  if (IsLiteral(prefix) && metadata.national_prefix_transform_rule().empty()) plan.prefix = prefix;
  plan.number_first = FirstDigits(metadata.general_desc().national_number_pattern());
  plan.abroad_first = FirstDigits(metadata.international_prefix());
  plan.abroad = LeadingDigits(metadata.international_prefix());
  return plan;
}

bool Has(uint16_t digits, char digit) { return (digits >> (digit - '0')) & 1; }

bool StartsWith(const char *digits, size_t count, const std::string &prefix) {
  return count >= prefix.size() && std::memcmp(digits, prefix.data(), prefix.size()) == 0;
}

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

int RegionIndex(const char *code) {
  if (!IsCapital(code[0]) || !IsCapital(code[1]) || code[2] != '\0') return -1;
  return (code[0] - 'A') * 26 + (code[1] - 'A');
}

/// The digits of a text that has digits, ordinary punctuation and at most a leading plus.
struct PlainDigits {
  char digits[20];
  size_t count = 0;
  bool is_international = false;

  bool Read(const char *text, size_t length) {
    for (size_t i = 0; i < length; ++i) {
      const char c = text[i];
      if (c >= '0' && c <= '9') {
        if (count == sizeof digits) return false;
        digits[count++] = c;
      } else if (c == '+') {
        if (is_international || count > 0) return false;
        is_international = true;
      } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.' && c != '/') {
        return false;
      }
    }
    return count > 0;
  }
};

}  // namespace

const NumberingPlan &NumberingPlan::Instance() {
  static const NumberingPlan plan;
  return plan;
}

NumberingPlan::NumberingPlan() {
  by_region_.fill(-1);
  by_country_code_.fill(-1);
  if (!i18n::phonenumbers::metadata_get || !i18n::phonenumbers::metadata_size) return;
  PhoneMetadataCollection all;
  if (!all.ParseFromArray(
          i18n::phonenumbers::metadata_get(), i18n::phonenumbers::metadata_size()))
    return;
  for (const PhoneMetadata &metadata : all.metadata()) {
    const int code = metadata.country_code();
    if (code < 1 || code >= static_cast<int>(by_country_code_.size())) continue;
    const auto index = static_cast<int16_t>(plans_.size());
    plans_.push_back(PlanOf(metadata));
    const int region = RegionIndex(metadata.id().c_str());
    if (region >= 0) by_region_[region] = index;
    std::string main_region;
    PhoneNumberUtil::GetInstance()->GetRegionCodeForCountryCode(code, &main_region);
    if (main_region == metadata.id()) by_country_code_[code] = index;
  }
}

int NumberingPlan::CountryCode(const char *digits, size_t count) const {
  int code = 0;
  for (size_t i = 0; i < 3 && i < count; ++i) {
    code = code * 10 + (digits[i] - '0');
    if (code > 0 && by_country_code_[code] >= 0) return code;
  }
  return 0;
}

const RegionPlan *NumberingPlan::Region(const char *code) const {
  const int index = RegionIndex(code);
  if (index < 0 || by_region_[index] < 0) return nullptr;
  return &plans_[by_region_[index]];
}

bool NumberingPlan::Normalise(
    const char *text, size_t count, const char *region, char (&e164)[17]) const {
  PlainDigits plain;
  if (!plain.Read(text, count)) return false;
  if (plain.is_international) {
    if (plain.digits[0] == '0') return false;
    const int code = CountryCode(plain.digits, plain.count);
    if (code == 0) return false;
    const RegionPlan &plan = plans_[by_country_code_[code]];
    const size_t skipped = plan.country_digits.size();
    return WithinCountry(plan, plain.digits + skipped, plain.count - skipped, e164);
  }
  const RegionPlan *plan = Region(region);
  if (plan == nullptr || plain.count <= kLongestShortNumber) return false;
  return FromRegion(*plan, plain.digits, plain.count, e164);
}

/// A number as it is dialled inside the region: with a national prefix, without, or with the
/// country code and no plus.
bool NumberingPlan::FromRegion(
    const RegionPlan &plan, const char *digits, size_t count, char (&e164)[17]) const {
  if (Has(plan.abroad_first, digits[0]) && StartsWith(digits, count, plan.abroad)) return false;
  if (StartsWith(digits, count, plan.country_digits)) {
    // The library takes the country code off where the whole is too long to be national; in every
    // other case it tries patterns.
    if (count <= static_cast<size_t>(plan.longest)) return false;
    const size_t skipped = plan.country_digits.size();
    if (count == skipped || Has(plan.prefix_first, digits[skipped])) return false;
    const RegionPlan &main = plans_[by_country_code_[plan.country_code]];
    return WithinCountry(main, digits + skipped, count - skipped, e164);
  }
  return WithinCountry(plan, digits, count, e164);
}

/// What follows the country code, with or without a national prefix.
bool NumberingPlan::WithinCountry(
    const RegionPlan &plan, const char *digits, size_t count, char (&e164)[17]) const {
  if (count == 0) return false;
  if (Has(plan.prefix_first, digits[0])) {
    if (plan.prefix.empty()) return false;
    if (StartsWith(digits, count, plan.prefix)) {
      // The prefix stays where only the number with it can be one; that takes a pattern to tell.
      if (Has(plan.number_first, plan.prefix[0])) return false;
      digits += plan.prefix.size();
      count -= plan.prefix.size();
    }
  }
  const RegionPlan &main = plans_[by_country_code_[plan.country_code]];
  const uint32_t possible = plan.possible_lengths & main.possible_lengths;
  if (count >= 32 || !((possible >> count) & 1)) return false;
  const size_t code_count = plan.country_digits.size();
  if (code_count + count > kLongestNumber) return false;
  e164[0] = '+';
  std::memcpy(e164 + 1, plan.country_digits.data(), code_count);
  std::memcpy(e164 + 1 + code_count, digits, count);
  e164[1 + code_count + count] = '\0';
  return true;
}

}  // namespace callback
