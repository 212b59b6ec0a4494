import CallbackCore
import CallbackMessages
import CallbackWire
import Synchronization
public import UnixRPC

/// The policy in force, which every call passes, whatever it calls.
///
/// What a method needs is in its proto; pages are for observers; what else a server answers (health,
/// reflection) is for everybody who has a role at all.
public final class AccessControl: Sendable {
  private let policy: Mutex<AccessPolicy>
  private let needed: [String: RoleSet]

  /// Begins with a policy.
  public init(_ policy: AccessPolicy) {
    self.policy = Mutex(policy)
    var needed = Dictionary(
      uniqueKeysWithValues: CallbackServer.methods.map { ($0.path, RoleSet($0.roles)) })
    for page in CallbackServer.pages { needed[page] = .observer }
    self.needed = needed
  }

  /// Holds all further calls to another policy.
  public func replace(_ policy: AccessPolicy) {
    self.policy.withLock { $0 = policy }
  }

  /// What decides, by the policy in force at the time, whether a peer may call a path.
  public func check(of path: String) -> RPCServerConfiguration.CallCheck {
    let needed = needed[path] ?? .any
    return { [self] peer in
      policy.withLock { $0.refusal(peer, needing: needed) }.map { RPCError($0) }
    }
  }

  /// The agents that a peer is held to when it calls a path; nil where it may act for any.
  func binding(of peer: RPCPeer, toCall path: String) -> Set<AgentID>? {
    policy.withLock { $0.binding(of: peer, needing: needed[path] ?? .any) }
  }
}
