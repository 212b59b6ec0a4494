import CallbackCore

/// A state at a position, from which the replay can begin.
public struct LogSnapshot: Hashable, Sendable {
  /// The last record that the state contains.
  public var head: LogHead
  /// The state.
  public var state: Snapshot

  /// Puts a snapshot together.
  public init(head: LogHead, state: Snapshot) {
    self.head = head
    self.state = state
  }
}
