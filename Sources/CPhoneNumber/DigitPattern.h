#pragma once

#include <cstdint>
#include <string>

namespace callback {

/// The digits with which a text must begin for a pattern to match a part of it that is not empty.
/// Bit n stands for digit n. A pattern that is not understood may begin with any digit.
uint16_t FirstDigits(const std::string &pattern);

/// The digits with which every match begins; empty where alternatives differ.
std::string LeadingDigits(const std::string &pattern);

/// Whether the pattern is nothing but digits.
bool IsLiteral(const std::string &pattern);

}  // namespace callback
