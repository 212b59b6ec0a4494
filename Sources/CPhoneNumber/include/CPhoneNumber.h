#pragma once

// A small C face on Debian's libphonenumber: what people write into E.164, and back for display.
// Every function may be called from any thread and none lets a C++ exception out.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What became of a text that should be a telephone number.
enum callback_phone_result {
  CALLBACK_PHONE_OK = 0,
  CALLBACK_PHONE_NOT_A_NUMBER,
  CALLBACK_PHONE_UNKNOWN_COUNTRY_CODE,
  CALLBACK_PHONE_TOO_SHORT,
  CALLBACK_PHONE_TOO_LONG,
  CALLBACK_PHONE_WITHOUT_AREA_CODE,
  CALLBACK_PHONE_IMPOSSIBLE_LENGTH,
  CALLBACK_PHONE_EXTENSION_TOO_LONG,
  CALLBACK_PHONE_EMERGENCY,
  /// An exception inside the library, such as a lack of memory.
  CALLBACK_PHONE_FAILED,
};

/// What a number is used for, as far as the installed metadata knows.
enum callback_phone_kind {
  CALLBACK_PHONE_KIND_UNKNOWN = 0,
  CALLBACK_PHONE_KIND_FIXED_LINE,
  CALLBACK_PHONE_KIND_MOBILE,
  CALLBACK_PHONE_KIND_FIXED_LINE_OR_MOBILE,
  CALLBACK_PHONE_KIND_TOLL_FREE,
  CALLBACK_PHONE_KIND_PREMIUM_RATE,
  CALLBACK_PHONE_KIND_SHARED_COST,
  CALLBACK_PHONE_KIND_VOIP,
  CALLBACK_PHONE_KIND_PERSONAL,
  CALLBACK_PHONE_KIND_PAGER,
  CALLBACK_PHONE_KIND_UAN,
  CALLBACK_PHONE_KIND_VOICEMAIL,
};

/// A number that is normalised: both texts end with a NUL.
struct callback_phone_line {
  /// `+` and at most 15 digits.
  char e164[17];
  /// At most 11 digits; empty where there are none.
  char extension[12];
};

/// What the metadata knows about a number.
struct callback_phone_facts {
  enum callback_phone_kind kind;
  bool is_valid;
  /// Two capitals and a NUL; empty where no region is known.
  char region[4];
};

/// Whether two capitals name a region whose numbers the library knows.
bool callback_phone_knows_region(const char *region);

/// Parses what people write: plain numbers by the numbering plan alone, others by the library.
enum callback_phone_result callback_phone_parse(
    const char *text, size_t count, const char *region, struct callback_phone_line *line);

/// Parses by the library alone; gives the same result as `callback_phone_parse`, later.
enum callback_phone_result callback_phone_parse_by_library(
    const char *text, size_t count, const char *region, struct callback_phone_line *line);

/// Whether `callback_phone_parse` needs no help of the library for this text.
bool callback_phone_is_plain(const char *text, size_t count, const char *region);

/// Writes the number as people in `region` read it: national there, international elsewhere.
/// Returns the length, which `capacity` must exceed; 0 where the number cannot be shown.
size_t callback_phone_display(
    const char *e164, const char *extension, const char *region, char *buffer, size_t capacity);

/// Looks the number up in the metadata.
struct callback_phone_facts callback_phone_describe(const char *e164);

/// The kind alone, for less than half the work.
enum callback_phone_kind callback_phone_type(const char *e164);

/// Writes the known regions, two capitals each, up to `capacity`; returns how many there are.
size_t callback_phone_regions(char (*codes)[3], size_t capacity);

#ifdef __cplusplus
}
#endif
