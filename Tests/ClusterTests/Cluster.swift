import CallbackClient
import CallbackCore
import CallbackMessages
import EventLog
import PostgresEventLog
import PostgresServer
import RunningDaemon
import TestSupport

/// Daemons that share a log on a PostgreSQL server of their own, each behind a proxy of its own.
final class Cluster {
  /// After how long without a renewal the others end a host (README, "Several hosts").
  static let lease = Duration.seconds(10)

  let server: PostgresServer
  let members: [Member]

  /// One daemon and its way to the server.
  final class Member {
    let daemon: DaemonProcess
    let proxy: CuttingProxy
    private let directory: TemporaryDirectory

    init(_ name: String, _ server: PostgresServer) throws {
      directory = TemporaryDirectory()
      proxy = try CuttingProxy(to: server.socketDirectory)
      let file = directory.file("callbackd.yaml")
      let text = """
        log:
          connection: \(server.connection(through: proxy.socketDirectory))
          host: \(name)
        """
      Files.write(Array(text.utf8), to: file)
      daemon = DaemonProcess(
        in: directory.path,
        arguments: ["--log", "postgres", "--stream", "center", "--config", file])
    }
  }

  /// Starts them.
  init(_ count: Int = 3) throws {
    let server = try PostgresServer()
    self.server = server
    members = try (0..<count).map { try Member("host-\($0)", server) }
    for member in members { try member.daemon.start() }
  }

  deinit {
    for member in members { member.daemon.kill() }
    try? server.stop(.immediate)
  }

  var sockets: [String] { members.map(\.daemon.socket) }

  /// A client of one daemon, which waits until that serves.
  func client(of member: Int) async throws -> CallbackClient {
    let client = CallbackClient(
      socket: members[member].daemon.socket, configuration: .init(timeout: .seconds(10)))
    for _ in 0..<400 {
      if (try? await client.call(AdminServiceMethods.getServerInfo, V1.GetServerInfoRequest()))
        != nil
      {
        return client
      }
      try await Task.sleep(for: .milliseconds(25))
    }
    throw NotServing(words: members[member].daemon.words)
  }

  /// Waits until a daemon can write the log.
  func waitForLog(of member: Int) async throws {
    let client = try await client(of: member)
    for _ in 0..<800 {
      let stats = try? await client.call(AdminServiceMethods.getStats, V1.GetStatsRequest())
      if stats?.log?.available == true { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    throw NotServing(words: members[member].daemon.words)
  }

  /// A daemon that does not come up, and what it said.
  struct NotServing: Error { let words: String }

  /// Stops what still runs and gives the log to a reader.
  func readLog<Value>(
    _ body: (any EventLogReader) throws -> Value
  ) throws -> Value {
    for member in members {
      member.daemon.resume()
      member.daemon.stop()
    }
    let store = try PostgresEventStore(
      .init(connection: server.connection, stream: "center", hostName: "reader"))
    let log = try store.openLog()
    defer {
      log.close()
      store.close()
    }
    return try body(log)
  }

  /// What the daemons said, for a failure.
  var words: String {
    members.enumerated().map { "host-\($0):\n\($1.daemon.words)" }.joined(separator: "\n")
  }
}
