/// The process at the other end of a connection, as the kernel knows it.
public struct RPCPeer: Sendable, Hashable {
  /// The effective user id at the time of connecting.
  public var uid: UInt32
  /// The effective group id at the time of connecting.
  public var gid: UInt32
  /// The process id; it may have ended, and been given to another, since.
  public var pid: Int32
  /// The supplementary groups at the time of connecting.
  public var groups: [UInt32]

  /// A peer of the given ids.
  public init(uid: UInt32, gid: UInt32, pid: Int32, groups: [UInt32] = []) {
    self.uid = uid
    self.gid = gid
    self.pid = pid
    self.groups = groups
  }

  /// Whether the peer is in `group`, as its main group or as a supplementary one.
  public func isMember(of group: UInt32) -> Bool {
    gid == group || groups.contains(group)
  }
}
