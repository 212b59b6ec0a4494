/// An id that operators choose: a queue's, an agent's, a location's. 1 to 64 bytes of UTF-8.
public protocol ConfiguredIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The id as the operator wrote it.
  var rawValue: String { get }
  /// Names something by the operator's id; the length is checked where the id enters the service.
  init(_ rawValue: String)
}

extension ConfiguredIdentifier {
  /// The id itself.
  public var description: String { rawValue }
  /// Orders ids by their text.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Names a callback queue.
public struct QueueID: ConfiguredIdentifier {
  /// The id as the operator wrote it.
  public let rawValue: String
  /// Names a queue by the operator's id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Names an agent.
public struct AgentID: ConfiguredIdentifier {
  /// The id as the operator wrote it.
  public let rawValue: String
  /// Names an agent by the operator's id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Names a location: a branch, a store, a site that callers dial.
public struct LocationID: ConfiguredIdentifier {
  /// The id as the operator wrote it.
  public let rawValue: String
  /// Names a location by the operator's id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Names one subscription of a desktop to its agents' offers; chosen by the desktop.
public struct SessionID: ConfiguredIdentifier {
  /// The id as it was chosen.
  public let rawValue: String
  /// Names it by the chosen id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Names a telephony connector; chosen by the connector.
public struct DialerID: ConfiguredIdentifier {
  /// The id as it was chosen.
  public let rawValue: String
  /// Names it by the chosen id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Names a reason for being inactive, like Lunch.
public struct InactiveReasonID: ConfiguredIdentifier {
  /// The id as it was chosen.
  public let rawValue: String
  /// Names it by the chosen id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
}
