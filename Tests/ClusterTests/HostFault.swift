import PostgresServer

/// What happens to one host, or to the database, while clients are at work.
enum HostFault: String, CaseIterable, Sendable {
  /// kill -9 of a daemon; it is not started again.
  case killed
  /// A daemon is stopped for longer than its lease (SIGSTOP), and goes on then.
  case paused
  /// The database is shut down and started again.
  case restarted
  /// The database crashes and recovers.
  case crashed
  /// A daemon loses its connection for some seconds.
  case cutOff
  /// A daemon's connection is cut in the middle of a commit: before the server has it, and after.
  case cutInCommit

  /// Lets it happen to the first host.
  func strike(_ cluster: Cluster) async throws {
    let victim = cluster.members[0]
    switch self {
    case .killed: victim.daemon.kill()
    case .paused:
      victim.daemon.pause()
      try await Task.sleep(for: Cluster.lease + .seconds(3))
      victim.daemon.resume()
    case .restarted:
      try cluster.server.stop(.fast)
      try cluster.server.start()
    case .crashed:
      try cluster.server.stop(.immediate)
      try cluster.server.start()
    case .cutOff:
      victim.proxy.setRefusing(true)
      try await Task.sleep(for: .seconds(3))
      victim.proxy.setRefusing(false)
    case .cutInCommit:
      for cut in [CuttingProxy.Cut.before, .after, .after, .before] {
        victim.proxy.cutNext(cut)
        try await Task.sleep(for: .milliseconds(150))
      }
      victim.proxy.cutNext(.none)
    }
  }

  /// What the first host said if it noticed: a fault that nobody notices shows nothing.
  var sign: String? {
    switch self {
    case .killed: nil
    case .paused: "this is now host"
    case .restarted, .crashed, .cutOff: "the log is open again"
    case .cutInCommit: "the fate of an append is unknown"
    }
  }
}
