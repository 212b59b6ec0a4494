/// A telephone number as the service keeps it: normalised, with what was given beside it.
///
/// Two numbers are the same line when `e164` and `extension` are equal; how they were written and
/// how they are shown does not matter (DOMAIN: merging, guards and quiet hours use the callback
/// number with its extension).
public struct PhoneNumber: Sendable {
  /// `+` and 1 to 15 digits, as ITU-T E.164 writes a number.
  public let e164: String
  /// Digits to dial after the answer; empty where there are none. At most 11 characters.
  public let `extension`: String
  /// The number as the caller, the CRM or the operator wrote it.
  public let asGiven: String
  /// The number as agents read it, in the national or the international format.
  public let display: String

  /// Makes a number out of parts that are already normalised.
  public init(e164: String, extension ext: String = "", asGiven: String = "", display: String = "")
  {
    self.e164 = e164
    self.extension = ext
    self.asGiven = asGiven.isEmpty ? e164 : asGiven
    self.display = display.isEmpty ? e164 : display
  }

  /// What identifies the line: the number and its extension.
  public var line: Line { Line(e164: e164, extension: `extension`) }

  /// The identity of a telephone line, for look-ups and merging.
  public struct Line: Hashable, Comparable, Sendable {
    /// `+` and 1 to 15 digits.
    public let e164: String
    /// Digits to dial after the answer; empty where there are none.
    public let `extension`: String

    /// Names a line.
    public init(e164: String, extension ext: String = "") {
      self.e164 = e164
      self.extension = ext
    }

    /// Feeds the number alone: lines of one number with different extensions are few.
    public func hash(into hasher: inout Hasher) { hasher.combine(e164) }

    /// Orders lines by number, then by extension.
    public static func < (a: Line, b: Line) -> Bool {
      a.e164 != b.e164 ? a.e164 < b.e164 : a.extension < b.extension
    }
  }
}

extension PhoneNumber: Hashable {
  /// Equal in every part, the way it was written included.
  public static func == (a: PhoneNumber, b: PhoneNumber) -> Bool {
    a.line == b.line && a.asGiven == b.asGiven && a.display == b.display
  }

  /// Feeds the line alone, which is enough for equal numbers to hash alike.
  public func hash(into hasher: inout Hasher) { hasher.combine(line) }
}
