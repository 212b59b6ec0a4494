/// An id that the service makes: 128 bits, in the order of making, shown as 26 characters of
/// Crockford's base32.
///
/// The upper 48 bits are the engine's time in milliseconds, the next 32 count the ids made, and
/// the lowest 48 come from the context's entropy, so that an id cannot be guessed from another.
public protocol MadeIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The upper half.
  var high: UInt64 { get }
  /// The lower half.
  var low: UInt64 { get }
  /// Puts an id together from its halves.
  init(high: UInt64, low: UInt64)
}

extension MadeIdentifier {
  /// Reads the text form; upper and lower case are the same, anything else is nil.
  public init?(text: String) {
    guard let (high, low) = Base32.parse(text) else { return nil }
    self.init(high: high, low: low)
  }

  /// The 26 characters that clients see.
  public var text: String { Base32.print(high: high, low: low) }
  /// The text form.
  public var description: String { text }

  /// Feeds the lower half: the part that differs between any two ids.
  public func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// Orders ids by the time of making.
  public static func < (a: Self, b: Self) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }
}

/// Names a callback.
public struct CallbackID: MadeIdentifier {
  /// The upper half.
  public let high: UInt64
  /// The lower half.
  public let low: UInt64
  /// Puts an id together from its halves.
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

/// Names an offer of a callback to an agent.
public struct OfferID: MadeIdentifier {
  /// The upper half.
  public let high: UInt64
  /// The lower half.
  public let low: UInt64
  /// Puts an id together from its halves.
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}

/// Names an attempt to connect an agent to a caller.
public struct AttemptID: MadeIdentifier {
  /// The upper half.
  public let high: UInt64
  /// The lower half.
  public let low: UInt64
  /// Puts an id together from its halves.
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}
