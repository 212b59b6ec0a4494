public import CallbackCore
public import CallbackMessages
import CallbackWire
import UnixRPC

/// Who may call what: users and groups have roles, methods name the roles that may call them.
///
/// An administrator may call every method. No other role implies one; a peer has the roles of all
/// grants that hold for it. A user may be bound to certain agents: what such a user may do only as
/// an agent's desktop, it does for these agents alone.
public struct AccessPolicy: Sendable, Equatable {
  /// Roles of a user or of a group.
  public struct Grant: Hashable, Sendable {
    /// Whose roles they are.
    public enum Holder: Hashable, Sendable {
      /// A user by id.
      case user(UInt32)
      /// The members of a group by id.
      case group(UInt32)
    }
    /// Whose roles they are.
    public var holder: Holder
    /// The roles; `admin` may call every method.
    public var roles: Set<OptionsV1.Role>

    /// Grants roles.
    public init(_ holder: Holder, roles: Set<OptionsV1.Role>) {
      self.holder = holder
      self.roles = roles
    }
  }

  private var users: [UInt32: RoleSet] = [:]
  private var groups: [UInt32: RoleSet] = [:]
  private var bound: [UInt32: Set<AgentID>] = [:]

  /// Grants roles.
  ///
  /// - Parameter bound: agents of users who have the role of an agent's desktop for these alone.
  public init(grants: [Grant], bound: [UInt32: Set<AgentID>] = [:]) {
    for grant in grants {
      let roles = RoleSet(grant.roles)
      switch grant.holder {
      case .user(let id): users[id, default: []].formUnion(roles)
      case .group(let id): groups[id, default: []].formUnion(roles)
      }
    }
    self.bound = bound
    for user in bound.keys { users[user, default: []].insert(.agent) }
  }

  /// The daemon's own user and root, who may do everything.
  public static func ownUserAndRoot(_ user: UInt32) -> AccessPolicy {
    AccessPolicy(grants: [
      Grant(.user(user), roles: [.admin]), Grant(.user(0), roles: [.admin]),
    ])
  }

  /// The roles of a peer.
  func roles(of peer: RPCPeer) -> RoleSet {
    var roles = users[peer.uid] ?? []
    if !groups.isEmpty {
      if let more = groups[peer.gid] { roles.formUnion(more) }
      for group in peer.groups {
        if let more = groups[group] { roles.formUnion(more) }
      }
    }
    return roles
  }

  /// Whether a peer may call what needs one of some roles: nil, or why not.
  func refusal(_ peer: RPCPeer, needing needed: RoleSet) -> Refusal? {
    roles(of: peer).isDisjoint(with: needed.union(.admin)) ? .roleMissing(needed) : nil
  }

  /// The agents that a peer is held to in a call; nil where it may act for any.
  func binding(of peer: RPCPeer, needing needed: RoleSet) -> Set<AgentID>? {
    guard let agents = bound[peer.uid] else { return nil }
    // What another of its roles opens is not done as an agent's desktop.
    let others = roles(of: peer).intersection(needed.union(.admin)).subtracting(.agent)
    return others.isEmpty ? agents : nil
  }
}

extension Refusal {
  /// The peer has none of the roles that a call needs.
  static func roleMissing(_ needed: RoleSet) -> Refusal {
    let names = needed.union(.admin).names
    return Refusal(
      .permissionDenied, .roleMissing,
      "Your user has no role that may call this; an operator grants roles.",
      metadata: ["roles": names.joined(separator: ",")])
  }

  /// The peer is bound to other agents.
  static func agentNotYours(_ agent: AgentID) -> Refusal {
    Refusal(
      .permissionDenied, .agentNotYours,
      "Your user may act for certain agents only; this is about another one.",
      metadata: ["agent_id": agent.rawValue])
  }
}
