/// Who asked for a change: the user of the peer on the socket, or the service itself.
public struct Actor: Hashable, Comparable, Sendable {
  /// The peer's user id (SO_PEERCRED).
  public let userID: UInt32
  /// Names a peer by its user id.
  public init(userID: UInt32) { self.userID = userID }
  /// The service itself: timers, restarts, late look-ups.
  public static let service = Actor(userID: .max)
  /// Orders actors by their number.
  public static func < (a: Actor, b: Actor) -> Bool { a.userID < b.userID }
}

/// What makes a command idempotent: the peer's user and the id that the client gave its request.
public struct RequestKey: Hashable, Sendable {
  /// The peer whose id it is; two users may use the same id.
  public let user: Actor
  /// The client's id, 1 to 64 bytes.
  public let id: String
  /// Names a request.
  public init(user: Actor, id: String) { (self.user, self.id) = (user, id) }
}

/// 128 bits of a command's content, to tell a repetition from another request with the same id.
public struct Fingerprint: Hashable, Sendable {
  /// The upper half.
  public let high: UInt64
  /// The lower half.
  public let low: UInt64
  /// Puts a fingerprint together from its halves.
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}
