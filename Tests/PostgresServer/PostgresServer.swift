import Foundation
import Glibc
import Postgres
import Synchronization
import TestSupport

/// A server of Debian's PostgreSQL on a Unix socket in a temporary directory, for as long as the
/// tests run.
public final class PostgresServer: Sendable {
  /// Something went wrong with one of the server's programs.
  public struct Failed: Error {
    /// What was run, and what it said.
    public let words: String
  }

  /// How to stop it.
  public enum StopMode: String, Sendable {
    /// Ends the sessions, as a shutdown does.
    case fast
    /// As a crash: the next start recovers.
    case immediate
  }

  private static let made = Mutex<PostgresServer?>(nil)

  private let directory = TemporaryDirectory()
  private let settings: [String]

  /// The one server of this process, started with the first call.
  public static func shared() throws -> PostgresServer {
    try made.withLock { made in
      if let made { return made }
      let server = try PostgresServer()
      made = server
      atexit { PostgresServer.stopShared() }
      return server
    }
  }

  /// Makes a cluster and starts its server.
  ///
  /// - Parameter settings: such as `fsync=off`, beside those of every test.
  public init(settings: [String] = []) throws {
    self.settings = settings
    chmod(directory.path, 0o755)
    if geteuid() == 0, let user = getpwnam("postgres")?.pointee {
      chown(directory.path, user.pw_uid, user.pw_gid)
    }
    try run(
      "initdb", "--no-sync", "--no-instructions", "--auth=trust", "--username=owner",
      "--encoding=UTF8", "--locale=C", "-D", data)
    try start()
  }

  /// The directory of the server's socket.
  public var socketDirectory: String { directory.path }

  /// What a client connects with.
  public var connection: String { connection(through: socketDirectory) }

  /// The same through another directory, such as that of a proxy.
  public func connection(through directory: String) -> String {
    "host=\(directory) dbname=postgres user=owner"
  }

  /// Starts the server and returns when it answers.
  public func start() throws {
    try run(
      "pg_ctl", "start", "--wait", "--silent", "-D", data, "-l", "\(directory.path)/log",
      "-o",
      "-k \(directory.path) "
        + (["listen_addresses=", "max_connections=60"] + settings).map { "-c \($0)" }
        .joined(separator: " "))
  }

  /// Stops the server and returns when it has ended.
  public func stop(_ mode: StopMode = .fast) throws {
    try run("pg_ctl", "stop", "--wait", "--silent", "-m", mode.rawValue, "-D", data)
  }

  /// Runs statements as the owner.
  public func execute(_ sql: String) throws {
    let settings = PostgresSettings(connection: connection, applicationName: "test")
    let deadline = ContinuousClock.now + .seconds(30)
    try PostgresConnection(settings, deadline: deadline).execute(sql, deadline: deadline)
  }

  /// The first field of the first row of a query, as a number.
  public func number(_ sql: String) throws -> Int64 {
    let settings = PostgresSettings(connection: connection, applicationName: "test")
    let deadline = ContinuousClock.now + .seconds(30)
    return try PostgresConnection(settings, deadline: deadline)
      .run(PostgresStatement("", sql), deadline: deadline).int(0, 0)
  }

  private var data: String { directory.file("data") }

  private static func stopShared() {
    made.withLock { made in
      try? made?.stop(.immediate)
      made = nil
    }
  }

  /// Runs a program of the server as a user that the server accepts: never as root.
  private func run(_ program: String, _ arguments: String...) throws {
    var words = [try Self.path(of: program)] + arguments
    if geteuid() == 0 {
      words =
        ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        + words
    }
    // The server's user may not be able to enter where the tests run.
    words = ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"] + words
    let log = directory.file("commands")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let code = posix_spawn(&process, words[0], &actions, nil, &pointers, environ)
    var status: Int32 = -1
    if code == 0 { waitpid(process, &status, 0) }
    guard status == 0 else {
      throw Failed(
        words: "\(program): \(code) \(String(decoding: Files.read(log), as: UTF8.self))")
    }
  }

  /// The newest version that is installed.
  private static func path(of program: String) throws -> String {
    let base = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    for version in versions.compactMap({ Int($0) }).sorted(by: >) {
      let path = "\(base)/\(version)/bin/\(program)"
      if access(path, X_OK) == 0 { return path }
    }
    throw Failed(words: "PostgreSQL is not installed: apt-get install postgresql")
  }
}
