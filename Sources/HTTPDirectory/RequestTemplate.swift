/// What stands in the placeholders of a template, such as `{e164}`.
public typealias TemplateValues = [String: String]

/// A request as the configuration writes it, with placeholders for what a call says.
///
/// What a call says never leaves its place: in an address it is percent-encoded and cannot reach
/// the scheme, the host or the port; in a body it is a JSON text; headers take none of it.
public struct RequestTemplate: Hashable, Sendable {
  /// Why a template is not acceptable.
  public struct Problem: Error, Hashable, Sendable {
    /// The part of a request that is wrong, as the configuration names it.
    public enum Place: String, Sendable {
      case method, url, body
    }

    /// In words for the operator.
    public let words: String
    /// Where it is.
    public var place = Place.url
  }

  /// The placeholders that a request may name.
  static let known: Set<String> = [
    "e164", "digits", "national", "extension", "query", "limit", "id", "name", "location", "text",
    "request_id", "time",
  ]
  static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

  let method: String
  let url: String
  let body: JSONValue?
  private let isWhole: Bool

  /// Checks a template.
  ///
  /// - Parameters:
  ///   - url: https, or http on this machine alone.
  ///   - body: JSON whose texts may hold placeholders; `{id:number}` alone in a text stands for a
  ///     whole number.
  public init(method: String, url: String, body: JSONValue? = nil) throws(Problem) {
    guard Self.methods.contains(method) else {
      throw Problem(
        words: "must be one of \(Self.methods.joined(separator: ", "))", place: .method)
    }
    try Self.check(url: url)
    self.method = method
    self.url = url
    self.body = body
    isWhole = false
    try checkPlaceholders(in: url, .url)
    if let body { try check(body) }
  }

  /// A request without placeholders, to an address that was checked; whatever its body holds is
  /// meant as it stands.
  init(method: String, whole url: String, body: JSONValue?) {
    self.method = method
    self.url = url
    self.body = body
    isWhole = true
  }

  /// The address with the values in place; nil where one of them would be `.` or `..` between two
  /// slashes, which leads elsewhere in the API and cannot be encoded otherwise (RFC 3986, 6.2.2.2).
  func url(_ values: TemplateValues) -> String? {
    if isWhole { return url }
    let address = Self.filled(url, values) { Self.percentEncoded($0) }
    return Self.dotSegments(address) == Self.dotSegments(url) ? address : nil
  }

  /// Whether a text between two slashes of an address would lead elsewhere.
  static func isDotSegment(_ text: some StringProtocol) -> Bool { text == "." || text == ".." }

  private static func dotSegments(_ url: String) -> Int {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    return path.split(separator: "/").count { isDotSegment($0) }
  }

  /// The body with the values in place; nil where there is none.
  func body(_ values: TemplateValues) -> JSONValue? {
    isWhole ? body : body.map { Self.filled($0, values) }
  }

  // MARK: - Filling

  private static func filled(_ value: JSONValue, _ values: TemplateValues) -> JSONValue {
    switch value {
    case .string(let text):
      if text == "{limit}" || text.hasSuffix(":number}"), text.hasPrefix("{") {
        let name = text.dropFirst().prefix { $0 != ":" && $0 != "}" }
        return Int64(values[String(name)] ?? "").map { .integer($0) } ?? .null
      }
      return .string(filled(text, values) { $0 })
    case .array(let items): return .array(items.map { filled($0, values) })
    case .object(let members): return .object(members.mapValues { filled($0, values) })
    case .null, .bool, .integer, .number: return value
    }
  }

  /// One pass from left to right: a value that looks like a placeholder stays what it is.
  private static func filled(
    _ template: String, _ values: TemplateValues, _ encode: (String) -> String
  ) -> String {
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      rest = rest[open...]
      guard let close = rest.firstIndex(of: "}") else { break }
      let name = String(rest[rest.index(after: open)..<close].prefix { $0 != ":" })
      if known.contains(name) {
        result += encode(values[name] ?? "")
      } else {
        result += rest[...close]
      }
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// Everything but RFC 3986's unreserved characters.
  static func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += "%" + (hex.count == 1 ? "0" : "") + hex
      }
    }
    return result
  }

  // MARK: - Checking

  static func check(url: String) throws(Problem) {
    let isTLS = url.hasPrefix("https://")
    guard isTLS || url.hasPrefix("http://") else {
      throw Problem(words: "must begin with https:// or http://")
    }
    let rest = url.dropFirst(isTLS ? 8 : 7)
    let authority = rest.prefix { !"/?#".contains($0) }
    guard !authority.isEmpty, !authority.contains("{"), !authority.contains("@"),
      url.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw Problem(words: "must name a host without placeholders or a password") }
    let host =
      authority.hasPrefix("[")
      ? String(authority.prefix { $0 != "]" }) + "]" : String(authority.prefix { $0 != ":" })
    let port = authority.dropFirst(host.count)
    guard !host.isEmpty, port.isEmpty || (1...65_535).contains(Int(port.dropFirst()) ?? 0) else {
      throw Problem(words: "must name a host, and a port of 1 to 65535 where it names one")
    }
    guard isTLS || ["localhost", "127.0.0.1", "[::1]"].contains(host) else {
      throw Problem(words: "must be https:// for a host other than this machine")
    }
  }

  private func check(_ value: JSONValue) throws(Problem) {
    switch value {
    case .string(let text): try checkPlaceholders(in: text, .body)
    case .array(let items): for item in items { try check(item) }
    case .object(let members): for item in members.values { try check(item) }
    case .null, .bool, .integer, .number: break
    }
  }

  private func checkPlaceholders(in text: String, _ place: Problem.Place) throws(Problem) {
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { return }
      let name = rest[rest.index(after: open)..<close]
      let isName = !name.isEmpty && name.allSatisfy { $0.isLetter || $0 == "_" || $0 == ":" }
      let plain = String(name.prefix { $0 != ":" })
      if isName || Self.known.contains(plain) {
        guard Self.known.contains(plain), name == plain || name == plain + ":number" else {
          throw Problem(words: "{\(name)} is no placeholder", place: place)
        }
      }
      rest = rest[rest.index(after: close)...]
    }
  }
}
