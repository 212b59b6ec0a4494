public import CallbackMessages

extension Duration {
  /// The duration that a message carries.
  public init(wire duration: GoogleProtobuf.Duration) {
    self = .seconds(duration.seconds) + .nanoseconds(Int64(duration.nanos))
  }
}

extension GoogleProtobuf.Duration {
  /// The duration for a message, truncated to milliseconds as the service keeps it.
  public init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    self.init(seconds: seconds, nanos: Int32(milliseconds) * 1_000_000)
  }
}

extension GoogleProtobuf.Timestamp {
  /// The instant for a message.
  ///
  /// - Parameter milliseconds: milliseconds since 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) {
    let (seconds, rest) = milliseconds.flooredDivision(by: 1_000)
    self.init(seconds: seconds, nanos: Int32(rest) * 1_000_000)
  }

  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var milliseconds: Int64 { seconds * 1_000 + Int64(nanos) / 1_000_000 }
}

extension Int64 {
  /// Quotient and remainder where the remainder is never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
