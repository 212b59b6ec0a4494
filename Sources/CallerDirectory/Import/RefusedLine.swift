/// A line of an import that was refused, and why.
public struct RefusedLine: Hashable, Sendable {
  /// Where it stands in its file, from 1; of a record over several lines, the first.
  public var line: Int
  /// Why it was refused.
  public var reason: Reason

  /// Refuses a line.
  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }

  /// Why a line is refused. Texts out of the line are cut to 64 characters.
  public enum Reason: Error, Hashable, Sendable {
    /// A field that must be there is empty.
    case missing(field: String)
    /// A field has more bytes than the limit.
    case tooLong(field: String, limitBytes: Int)
    /// None of lead, customer and previous_customer.
    case badClass(String)
    /// Neither yes nor no.
    case badActive(String)
    /// No region with a numbering plan.
    case badRegion(String)
    /// No number, or an impossible one.
    case badNumber(String, PhoneNumberError)
    /// More numbers than a record may have.
    case tooManyNumbers(limit: Int)
    /// A time outside the years 1 to 9999.
    case badTime
  }
}

extension RefusedLine.Reason: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .missing(let field): "\(field) is missing"
    case .tooLong(let field, let limit): "\(field) is longer than \(limit) bytes"
    case .badClass(let text):
      "class \"\(text)\" is none of lead, customer and previous_customer"
    case .badActive(let text): "active \"\(text)\" is neither yes nor no"
    case .badRegion(let text): "region \"\(text)\" is not known"
    case .badNumber(let text, let error): "number \"\(text)\": \(error)"
    case .tooManyNumbers(let limit): "more than \(limit) numbers"
    case .badTime: "updated_at is not in the years 1 to 9999"
    }
  }
}
