/// Where a stream of outcomes or events stands: which log, and how far in it. Opaque to clients.
public struct ResumeToken: Hashable, Sendable {
  /// The log: 16 bytes, made anew when a log begins or is restored.
  public var lineage: [UInt8]
  /// The position in that log up to which everything was seen.
  public var position: UInt64

  private static let lineageBytes = 16

  /// Names a position in a log.
  public init(lineage: [UInt8], position: UInt64) {
    self.lineage = lineage
    self.position = position
  }

  /// What clients keep and hand back.
  public var text: String {
    var bytes = lineage
    bytes.appendBigEndian(position)
    return PageToken.seal(bytes, for: Array("resume".utf8))
  }

  /// Reads a token.
  ///
  /// - Throws: where the text is none of ours, or damaged.
  public init(text: String, _ path: String) throws(FieldError) {
    guard let bytes = PageToken.open(text, for: Array("resume".utf8)),
      bytes.count == Self.lineageBytes + 8
    else { throw FieldError(path, .invalid("must be a token that the service gave")) }
    lineage = Array(bytes.prefix(Self.lineageBytes))
    position = UInt64(bigEndianBytes: bytes.suffix(8))
  }
}
