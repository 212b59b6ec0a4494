#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include "CPhoneNumber.h"
#include "NumberingPlan.h"

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

/// Longer texts are no emergency numbers, and need not be looked up among them.
constexpr size_t kLongestEmergencyText = 16;

const PhoneNumberUtil &Library() { return *PhoneNumberUtil::GetInstance(); }

const ShortNumberInfo &ShortNumbers() {
  static const ShortNumberInfo *const info = new ShortNumberInfo();
  return *info;
}

bool IsEmergency(const char *text, size_t count, const char *region) {
  return count <= kLongestEmergencyText &&
         ShortNumbers().IsEmergencyNumber(std::string(text, count), region);
}

callback_phone_result OfError(PhoneNumberUtil::ErrorType error) {
  switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR: return CALLBACK_PHONE_OK;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return CALLBACK_PHONE_UNKNOWN_COUNTRY_CODE;
    case PhoneNumberUtil::NOT_A_NUMBER: return CALLBACK_PHONE_NOT_A_NUMBER;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD: return CALLBACK_PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_SHORT_NSN: return CALLBACK_PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN: return CALLBACK_PHONE_TOO_LONG;
  }
  return CALLBACK_PHONE_NOT_A_NUMBER;
}

callback_phone_result OfLength(PhoneNumberUtil::ValidationResult result) {
  switch (result) {
    case PhoneNumberUtil::IS_POSSIBLE: return CALLBACK_PHONE_OK;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return CALLBACK_PHONE_WITHOUT_AREA_CODE;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return CALLBACK_PHONE_UNKNOWN_COUNTRY_CODE;
    case PhoneNumberUtil::TOO_SHORT: return CALLBACK_PHONE_TOO_SHORT;
    case PhoneNumberUtil::INVALID_LENGTH: return CALLBACK_PHONE_IMPOSSIBLE_LENGTH;
    case PhoneNumberUtil::TOO_LONG: return CALLBACK_PHONE_TOO_LONG;
  }
  return CALLBACK_PHONE_IMPOSSIBLE_LENGTH;
}

callback_phone_result ParseByLibrary(
    const char *text, size_t count, const char *region, callback_phone_line *line) {
  if (IsEmergency(text, count, region)) return CALLBACK_PHONE_EMERGENCY;
  PhoneNumber number;
  const auto error = OfError(Library().Parse(std::string(text, count), region, &number));
  if (error != CALLBACK_PHONE_OK) return error;
  const auto length = OfLength(Library().IsPossibleNumberWithReason(number));
  if (length != CALLBACK_PHONE_OK) return length;
  const std::string extension = number.extension();
  if (extension.size() >= sizeof line->extension) return CALLBACK_PHONE_EXTENSION_TOO_LONG;
  std::string e164;
  Library().Format(number, PhoneNumberUtil::E164, &e164);
  if (e164.size() >= sizeof line->e164) return CALLBACK_PHONE_TOO_LONG;
  std::memcpy(line->e164, e164.c_str(), e164.size() + 1);
  std::memcpy(line->extension, extension.c_str(), extension.size() + 1);
  return CALLBACK_PHONE_OK;
}

/// The library's number for one that is normalised; false where it has no known country code.
bool FromE164(const char *e164, PhoneNumber *number) {
  if (e164[0] != '+') return false;
  const char *digits = e164 + 1;
  const size_t count = std::strlen(digits);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (count > 15 || !std::all_of(digits, digits + count, is_digit)) return false;
  const int code = callback::NumberingPlan::Instance().CountryCode(digits, count);
  const size_t skipped = std::to_string(code).size();
  if (code == 0 || count <= skipped)
    return Library().Parse(e164, "ZZ", number) == PhoneNumberUtil::NO_PARSING_ERROR;
  const std::string national(digits + skipped);
  size_t zeros = 0;
  while (zeros + 1 < national.size() && national[zeros] == '0') ++zeros;
  number->set_country_code(code);
  number->set_national_number(std::stoull(national));
  if (zeros > 0) {
    number->set_italian_leading_zero(true);
    if (zeros > 1) number->set_number_of_leading_zeros(static_cast<int>(zeros));
  }
  return true;
}

callback_phone_kind OfType(PhoneNumberUtil::PhoneNumberType type) {
  switch (type) {
    case PhoneNumberUtil::FIXED_LINE: return CALLBACK_PHONE_KIND_FIXED_LINE;
    case PhoneNumberUtil::MOBILE: return CALLBACK_PHONE_KIND_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return CALLBACK_PHONE_KIND_FIXED_LINE_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE: return CALLBACK_PHONE_KIND_TOLL_FREE;
    case PhoneNumberUtil::PREMIUM_RATE: return CALLBACK_PHONE_KIND_PREMIUM_RATE;
    case PhoneNumberUtil::SHARED_COST: return CALLBACK_PHONE_KIND_SHARED_COST;
    case PhoneNumberUtil::VOIP: return CALLBACK_PHONE_KIND_VOIP;
    case PhoneNumberUtil::PERSONAL_NUMBER: return CALLBACK_PHONE_KIND_PERSONAL;
    case PhoneNumberUtil::PAGER: return CALLBACK_PHONE_KIND_PAGER;
    case PhoneNumberUtil::UAN: return CALLBACK_PHONE_KIND_UAN;
    case PhoneNumberUtil::VOICEMAIL: return CALLBACK_PHONE_KIND_VOICEMAIL;
    case PhoneNumberUtil::UNKNOWN: return CALLBACK_PHONE_KIND_UNKNOWN;
  }
  return CALLBACK_PHONE_KIND_UNKNOWN;
}

}  // namespace

extern "C" {

bool callback_phone_knows_region(const char *region) try {
  return Library().GetCountryCodeForRegion(region) != 0 && std::strlen(region) == 2;
} catch (...) {
  return false;
}

enum callback_phone_result callback_phone_parse(
    const char *text, size_t count, const char *region, struct callback_phone_line *line) try {
  if (callback::NumberingPlan::Instance().Normalise(text, count, region, line->e164)) {
    line->extension[0] = '\0';
    return CALLBACK_PHONE_OK;
  }
  return ParseByLibrary(text, count, region, line);
} catch (...) {
  return CALLBACK_PHONE_FAILED;
}

enum callback_phone_result callback_phone_parse_by_library(
    const char *text, size_t count, const char *region, struct callback_phone_line *line) try {
  return ParseByLibrary(text, count, region, line);
} catch (...) {
  return CALLBACK_PHONE_FAILED;
}

bool callback_phone_is_plain(const char *text, size_t count, const char *region) try {
  char e164[17];
  return callback::NumberingPlan::Instance().Normalise(text, count, region, e164);
} catch (...) {
  return false;
}

size_t callback_phone_display(
    const char *e164, const char *extension, const char *region, char *buffer,
    size_t capacity) try {
  PhoneNumber number;
  if (!FromE164(e164, &number)) return 0;
  if (extension[0] != '\0') number.set_extension(extension);
  const bool is_national =
      Library().GetCountryCodeForRegion(region) == number.country_code();
  std::string text;
  Library().Format(
      number, is_national ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::INTERNATIONAL, &text);
  if (text.size() >= capacity) return 0;
  std::memcpy(buffer, text.c_str(), text.size() + 1);
  return text.size();
} catch (...) {
  return 0;
}

struct callback_phone_facts callback_phone_describe(const char *e164) try {
  callback_phone_facts facts = {CALLBACK_PHONE_KIND_UNKNOWN, false, ""};
  PhoneNumber number;
  if (!FromE164(e164, &number)) return facts;
  std::string region;
  Library().GetRegionCodeForNumber(number, &region);
  facts.kind = OfType(Library().GetNumberType(number));
  // The library's own definition: a number is valid where its type is known.
  facts.is_valid = facts.kind != CALLBACK_PHONE_KIND_UNKNOWN;
  // "ZZ" stands for no region, and "001" for services that belong to none.
  if (region.size() == 2 && region != "ZZ") std::memcpy(facts.region, region.c_str(), 3);
  return facts;
} catch (...) {
  return {CALLBACK_PHONE_KIND_UNKNOWN, false, ""};
}

enum callback_phone_kind callback_phone_type(const char *e164) try {
  PhoneNumber number;
  return FromE164(e164, &number) ? OfType(Library().GetNumberType(number))
                                 : CALLBACK_PHONE_KIND_UNKNOWN;
} catch (...) {
  return CALLBACK_PHONE_KIND_UNKNOWN;
}

size_t callback_phone_regions(char (*codes)[3], size_t capacity) try {
  std::set<std::string> regions;
  Library().GetSupportedRegions(&regions);
  size_t count = 0;
  for (const std::string &region : regions) {
    if (region.size() != 2) continue;
    if (count < capacity) std::memcpy(codes[count], region.c_str(), 3);
    ++count;
  }
  return count;
} catch (...) {
  return 0;
}

}  // extern "C"
