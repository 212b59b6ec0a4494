public import ProtobufC

/// For whom a call acts, by what its request names; empty texts name nobody.
public struct ActsFor: Hashable, Sendable {
  /// Agents.
  public var agents: [String]
  /// Attempts, each of one agent.
  public var attempts: [String]
  /// Sessions of desktops, each with its agents.
  public var sessions: [String]

  /// Names those for whom a call acts.
  public init(agents: [String] = [], attempts: [String] = [], sessions: [String] = []) {
    self.agents = agents
    self.attempts = attempts
    self.sessions = sessions
  }
}

/// A request that says for whom it acts, so that users who are bound to certain agents can be held
/// to them.
///
/// The requests of all methods with the option `acts_for` conform; generated code says so.
public protocol ActingRequest: WireMessage {
  /// For whom the call acts.
  var actsFor: ActsFor { get }
}
