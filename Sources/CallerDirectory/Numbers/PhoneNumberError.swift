/// Why a text is not taken as a telephone number.
///
/// A number is refused only when it cannot be parsed or is not even possible in length (DOMAIN,
/// "Who is calling"); whether it is valid by the installed metadata is information, not a guard.
public enum PhoneNumberError: Error, Hashable, Sendable {
  /// The text is empty.
  case empty
  /// The text is longer than `PhoneNumberParser.longestInput`.
  case inputTooLong
  /// The text is not written like a number, or has control characters.
  case notANumber
  /// No country has the country code.
  case unknownCountryCode
  /// Fewer digits than any number of the country has.
  case tooShort
  /// More digits than any number of the country has, or than E.164 allows (15).
  case tooLong
  /// Only dialled within its own area; as an E.164 number it is not possible in length.
  case withoutAreaCode
  /// Between the possible lengths of the country.
  case impossibleLength
  /// The extension has more than 11 digits.
  case extensionTooLong
  /// An emergency number of the region, which is never called back.
  case emergency
  /// No region has this code.
  case unknownRegion(String)
  /// The numbering library failed, for want of memory.
  case libraryFailed
}

extension PhoneNumberError: CustomStringConvertible {
  /// The reason in words, fit for the one who wrote the number.
  public var description: String {
    switch self {
    case .empty: "no number"
    case .inputTooLong: "longer than \(PhoneNumberParser.longestInput) bytes"
    case .notANumber: "not a telephone number"
    case .unknownCountryCode: "unknown country code"
    case .tooShort: "too short"
    case .tooLong: "too long"
    case .withoutAreaCode: "without its area code"
    case .impossibleLength: "of a length that no number of the country has"
    case .extensionTooLong: "extension longer than 11 digits"
    case .emergency: "an emergency number"
    case .unknownRegion(let code): "unknown region \"\(code)\""
    case .libraryFailed: "the numbering library failed"
    }
  }
}
