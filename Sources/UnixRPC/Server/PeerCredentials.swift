import Glibc

extension RPCPeer {
  /// Reads who is at the other end of a connected Unix socket; nil where the kernel does not say.
  init?(socket descriptor: Int32) {
    // struct ucred: pid, uid, gid. The C type is behind a feature macro.
    var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, 0, 0)
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else {
      return nil
    }
    self.init(
      uid: credentials.uid, gid: credentials.gid, pid: credentials.pid,
      groups: Self.groups(descriptor) ?? Self.listedGroups(credentials.uid, credentials.gid))
  }

  /// The supplementary groups that the peer had when it connected; nil where the kernel does not
  /// say, as it did not before 4.13.
  private static func groups(_ descriptor: Int32) -> [UInt32]? {
    let option: Int32 = 59  // SO_PEERGROUPS
    var count = 32
    while true {
      var size = socklen_t(count * MemoryLayout<UInt32>.size)
      var result: Int32 = 0
      let groups = [UInt32](unsafeUninitializedCapacity: count) { buffer, used in
        result = getsockopt(descriptor, SOL_SOCKET, option, buffer.baseAddress, &size)
        used = result == 0 ? Int(size) / MemoryLayout<UInt32>.size : 0
      }
      if result == 0 { return groups }
      // The kernel has told the size it needs; at most 65,536 groups exist.
      let needed = Int(size) / MemoryLayout<UInt32>.size
      guard errno == ERANGE, needed > count, needed <= 65_536 else {
        return errno == ENOPROTOOPT ? nil : []
      }
      count = needed
    }
  }

  /// The groups that the host's lists give a user; none where they do not know the user.
  static func listedGroups(_ uid: UInt32, _ gid: UInt32) -> [UInt32] {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    // Names and paths of one entry: the system's own suggestion is a kilobyte.
    var room = [CChar](repeating: 0, count: 16 * 1024)
    guard getpwuid_r(uid, &entry, &room, room.count, &found) == 0, found != nil else { return [] }
    var count = Int32(1_024)
    let groups = [UInt32](unsafeUninitializedCapacity: Int(count)) { buffer, used in
      let listed = getgrouplist(entry.pw_name, gid, buffer.baseAddress, &count)
      used = listed < 0 ? 0 : Int(listed)
    }
    return groups
  }
}

extension RPCServerConfiguration {
  /// The default for ``accept``: the user that runs the server, and root.
  static let ownUserAndRoot: @Sendable (RPCPeer) -> RPCError? = { peer in
    if peer.uid == 0 || peer.uid == geteuid() { return nil }
    return RPCError(.permissionDenied, "This user may not call here.")
  }
}
