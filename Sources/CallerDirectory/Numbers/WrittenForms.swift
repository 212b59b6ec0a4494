import CallbackCore

/// The ways in which a CRM may have written a number, reduced to digits.
public struct WrittenForms: Hashable, Sendable {
  /// The digits of E.164: `12025550123`.
  public let digits: String
  /// The digits as they are dialled within the region, trunk prefix included: `2025550123`; the
  /// same as `digits` for a number of another country.
  public let national: String
  /// With the trunk prefix behind the country code, as in +44 (0)20 7946 0958; nil where the
  /// number's own country has none.
  private let withTrunkPrefix: String?

  /// The forms of a number for somebody in `region`.
  public init(_ line: PhoneNumber.Line, in region: PhoneRegion) {
    let digits = String(line.e164.dropFirst())
    self.digits = digits
    national = Self.national(line, in: region) ?? digits
    let home = PhoneNumberParser.info(line).region.flatMap { try? PhoneRegion($0) }
    let athome = home.flatMap { Self.national(line, in: $0) } ?? digits
    if athome.hasPrefix("0"), digits.hasSuffix(athome.dropFirst()) {
      withTrunkPrefix = digits.dropLast(athome.utf8.count - 1) + athome
    } else {
      withTrunkPrefix = nil
    }
  }

  /// All of them, with the international prefix 00 too, none twice.
  public var all: [String] {
    let forms = national == digits ? [digits] : [digits, national]
    return forms + ["00" + digits] + (withTrunkPrefix.map { [$0] } ?? [])
  }

  /// The digits of the number as the region shows it; nil where it is another country's.
  private static func national(_ line: PhoneNumber.Line, in region: PhoneRegion) -> String? {
    let shown = PhoneNumberParser.display(PhoneNumber.Line(e164: line.e164), in: region)
    return shown.hasPrefix("+") ? nil : shown.filter { $0.isASCII && $0.isNumber }
  }
}
