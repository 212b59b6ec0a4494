/// The metadata of a call: keys with one or more values, in the order in which they were added.
///
/// Keys are kept in lower case. A key that ends in `-bin` holds bytes, any other key printable
/// ASCII. What cannot travel (a reserved or malformed key, a value outside printable ASCII) is
/// left out when the metadata is sent; ``isSendable(key:)`` tells.
public struct RPCMetadata: Sendable, Hashable {
  /// A value of either kind.
  public enum Content: Sendable, Hashable {
    /// Printable ASCII.
    case text(String)
    /// Any bytes; base64 on the wire.
    case binary([UInt8])
  }

  /// One key with one value.
  public struct Entry: Sendable, Hashable {
    /// The key in lower case.
    public let key: String
    /// The value.
    public let value: Content
  }

  /// All entries, in order.
  public private(set) var entries: [Entry] = []

  /// No metadata.
  public init() {}

  /// Whether there is no entry.
  public var isEmpty: Bool { entries.isEmpty }

  /// Adds a text value; earlier values of the key stay.
  public mutating func add(_ value: String, for key: String) {
    entries.append(Entry(key: key.lowercased(), value: .text(value)))
  }

  /// Adds a binary value; earlier values of the key stay.
  /// - Parameter key: ends in `-bin`.
  public mutating func add(binary value: [UInt8], for key: String) {
    entries.append(Entry(key: key.lowercased(), value: .binary(value)))
  }

  /// Adds all entries of `other`.
  public mutating func add(contentsOf other: RPCMetadata) {
    entries.append(contentsOf: other.entries)
  }

  /// The key's first text value.
  public subscript(key: String) -> String? {
    for entry in entries where entry.key == key {
      if case .text(let value) = entry.value { return value }
    }
    return nil
  }

  /// The key's text values, in order.
  public func values(for key: String) -> [String] {
    entries.compactMap { entry in
      if entry.key == key, case .text(let value) = entry.value { value } else { nil }
    }
  }

  /// The key's first binary value.
  public func binary(for key: String) -> [UInt8]? {
    for entry in entries where entry.key == key {
      if case .binary(let value) = entry.value { return value }
    }
    return nil
  }

  /// The key's binary values, in order.
  public func binaries(for key: String) -> [[UInt8]] {
    entries.compactMap { entry in
      if entry.key == key, case .binary(let value) = entry.value { value } else { nil }
    }
  }

  /// Whether a key may travel: `0-9 a-z _ - .`, not empty, and not one that gRPC or HTTP/2 own.
  public static func isSendable(key: String) -> Bool {
    guard !key.isEmpty, !key.hasPrefix("grpc-"), !reserved.contains(key) else { return false }
    return key.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
  }

  /// Keys of HTTP/2 and of the gRPC protocol itself.
  private static let reserved: Set<String> = [
    "content-type", "te", "user-agent", "host", "connection", "keep-alive", "proxy-connection",
    "transfer-encoding", "upgrade", "content-length",
  ]
}

extension RPCMetadata: ExpressibleByDictionaryLiteral {
  /// Text values by key, in the order of the literal.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (key, value) in elements { add(value, for: key) }
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  /// An item of a list without the white space around it (RFC 9110, section 5.6.1).
  var trimmingWhitespace: Self {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var item = drop(while: isSpace)
    while let last = item.last, isSpace(last) { item.removeLast() }
    return item
  }
}

extension RPCMetadata {
  /// Takes in one field as it came off the wire.
  /// - Returns: false when a `-bin` value is not base64.
  mutating func addField(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let key = String(decoding: name, as: UTF8.self)
    guard key.hasSuffix("-bin") else {
      entries.append(Entry(key: key, value: .text(String(decoding: value, as: UTF8.self))))
      return true
    }
    // Several values of a key may have been joined with commas on the way.
    for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let bytes = Base64.decode(part.trimmingWhitespace) else { return false }
      entries.append(Entry(key: key, value: .binary(bytes)))
    }
    return true
  }
}
