import CallbackCore

/// The ways in which a CRM may have written a number, reduced to digits.
public struct WrittenForms: Hashable, Sendable {
  /// The digits of E.164: `12025550123`.
  public let digits: String
  /// The digits as they are dialled within the region, trunk prefix included: `2025550123`; the
  /// same as `digits` for a number of another country.
  public let national: String

  /// The forms of a number for somebody in `region`.
  public init(_ line: PhoneNumber.Line, in region: PhoneRegion) {
    digits = String(line.e164.dropFirst())
    let shown = PhoneNumberParser.display(PhoneNumber.Line(e164: line.e164), in: region)
    let isForeign = shown.hasPrefix("+")
    national = isForeign ? digits : shown.filter { $0.isASCII && $0.isNumber }
  }

  /// All of them, with the international prefix 00 too, none twice.
  public var all: [String] {
    national == digits ? [digits, "00" + digits] : [digits, national, "00" + digits]
  }
}
