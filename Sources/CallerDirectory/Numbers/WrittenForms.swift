import CallbackCore

/// The ways in which a CRM may have written a number, reduced to digits.
public struct WrittenForms: Hashable, Sendable {
  /// The digits of E.164: `12025550123`.
  public let digits: String
  /// The digits as they are dialled within the region, trunk prefix included: `2025550123`; the
  /// same as `digits` for a number of another country.
  public let national: String
  /// As it is dialled in its own country, which is how a record of that region has it.
  private let atHome: String
  /// With the trunk prefix behind the country code, as in +44 (0)20 7946 0958; nil where the
  /// number's own country has none.
  private let withTrunkPrefix: String?

  /// The forms of a number for somebody in `region`.
  public init(_ line: PhoneNumber.Line, in region: PhoneRegion) {
    let digits = String(line.e164.dropFirst())
    self.digits = digits
    national = Self.national(line, in: region) ?? digits
    let home = PhoneNumberParser.info(line).region.flatMap { try? PhoneRegion($0) }
    atHome = home.flatMap { Self.national(line, in: $0) } ?? digits
    if atHome.hasPrefix("0"), digits.hasSuffix(atHome.dropFirst()) {
      withTrunkPrefix = digits.dropLast(atHome.utf8.count - 1) + atHome
    } else {
      withTrunkPrefix = nil
    }
  }

  /// All of them, with the international prefixes 00 and 011 (North America's) too, none twice.
  public var all: [String] {
    var forms = [digits]
    for form in [national, atHome] where !forms.contains(form) { forms.append(form) }
    return forms + ["00" + digits, "011" + digits] + (withTrunkPrefix.map { [$0] } ?? [])
  }

  /// The digits of the number as the region shows it; nil where it is another country's.
  private static func national(_ line: PhoneNumber.Line, in region: PhoneRegion) -> String? {
    let shown = PhoneNumberParser.display(PhoneNumber.Line(e164: line.e164), in: region)
    return shown.hasPrefix("+") ? nil : shown.filter { $0.isASCII && $0.isNumber }
  }
}
