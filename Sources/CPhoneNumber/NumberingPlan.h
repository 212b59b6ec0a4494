#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace callback {

/// What is needed of one region's metadata to normalise plain numbers.
struct RegionPlan {
  int country_code = 0;
  std::string country_digits;
  /// Bit n: national numbers of n digits are possible.
  uint32_t possible_lengths = 0;
  int longest = 0;
  /// Digits with which a national prefix, or something that is rewritten, may begin.
  uint16_t prefix_first = 0x3ff;
  /// The national prefix where it is digits and nothing else; empty otherwise.
  std::string prefix;
  /// Digits with which a national number may begin.
  uint16_t number_first = 0x3ff;
  /// How a call abroad may begin: digits, and those that come first in every case.
  uint16_t abroad_first = 0x3ff;
  std::string abroad;
};

/// The numbering plans of all regions, read once from the library's own metadata.
///
/// It answers for texts whose normal form follows from the plan without matching a pattern; for
/// every other text it has no answer, and the library must be asked.
class NumberingPlan {
 public:
  static const NumberingPlan &Instance();

  /// Writes `+` and digits and a NUL where the text is plain; false where it is not.
  bool Normalise(const char *text, size_t count, const char *region, char (&e164)[17]) const;

  /// The country code at the start of `digits`; 0 where there is none.
  int CountryCode(const char *digits, size_t count) const;

 private:
  NumberingPlan();
  const RegionPlan *Region(const char *code) const;
  bool WithinCountry(
      const RegionPlan &plan, const char *digits, size_t count, char (&e164)[17]) const;
  bool FromRegion(
      const RegionPlan &plan, const char *digits, size_t count, char (&e164)[17]) const;

  std::vector<RegionPlan> plans_;
  /// Indexes of `plans_` by the two letters of a region; -1 where there is none.
  std::array<int16_t, 26 * 26> by_region_;
  /// Indexes of `plans_` by country code: the plan of the code's main region.
  std::array<int16_t, 1000> by_country_code_;
};

}  // namespace callback
