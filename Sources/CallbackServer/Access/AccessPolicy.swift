public import CallbackMessages
import CallbackWire
public import UnixRPC

/// Who may call what: users and groups have roles, methods name the roles that may call them.
///
/// This is the one place where that is decided (DESIGN, "The transport": who calls).
public struct AccessPolicy: Sendable {
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

  /// What is granted; a peer has the roles of all grants that hold for it.
  public var grants: [Grant]

  /// Grants roles.
  public init(grants: [Grant]) { self.grants = grants }

  /// The daemon's own user and root, who may do everything.
  public static func ownUserAndRoot(_ user: UInt32) -> AccessPolicy {
    AccessPolicy(grants: [
      Grant(.user(user), roles: [.admin]), Grant(.user(0), roles: [.admin]),
    ])
  }

  /// The roles of a peer.
  public func roles(of peer: RPCPeer) -> Set<OptionsV1.Role> {
    grants.reduce(into: []) { roles, grant in
      switch grant.holder {
      case .user(peer.uid): roles.formUnion(grant.roles)
      case .group(let group) where peer.isMember(of: group): roles.formUnion(grant.roles)
      case .user, .group: break
      }
    }
  }

  /// Whether a peer may connect: nil, or why not.
  public func refusalToConnect(_ peer: RPCPeer) -> RPCError? {
    roles(of: peer).isEmpty ? RPCError(Self.roleMissing([])) : nil
  }

  /// Whether a peer may call a method: nil, or why not.
  public func refusal(_ peer: RPCPeer, toCall method: any AnyRPCMethod) -> RPCError? {
    let held = roles(of: peer)
    if held.contains(.admin) || !held.isDisjoint(with: method.roles) { return nil }
    return RPCError(Self.roleMissing(method.roles))
  }

  private static func roleMissing(_ needed: [OptionsV1.Role]) -> Refusal {
    let names = (needed + [.admin]).compactMap { $0.protoName?.dropFirst("ROLE_".count) }
    return Refusal(
      .permissionDenied, .roleMissing,
      "Your user has no role that may call this; an operator grants roles.",
      metadata: ["roles": names.joined(separator: ",")])
  }
}
