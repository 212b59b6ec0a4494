import CallbackClient
import CallbackMessages
import Glibc
import PostgresServer
import SQLite
import TestSupport

/// Measures a running daemon over its socket, on the disk that holds its data: how long a durable
/// RequestCallback takes beside a bare SQLite commit, and how many whole lifecycles it gets done;
/// then how many three daemons get done together on a PostgreSQL server.
///
/// Arguments: the daemon's program, a directory to work in, and how many lifecycles (50000).
@main
enum LoadBenchmark {
  static func main() async throws {
    let (program, directory) = (CommandLine.arguments[1], CommandLine.arguments[2])
    let count = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? 0 : 50_000
    do {
      let daemon = try await RunningDaemon(program: program, directory: directory)
      defer { daemon.stop() }
      try await withTaskExecutorPreference(daemon.client.executor) {
        try await oneAtATime(daemon, directory)
        try await lifecycles(daemon, count)
      }
    }
    try await severalHosts(program, directory, count / 5)
  }

  // MARK: - One at a time

  /// Both in turns, so that whatever else the disk does happens to both.
  private static func oneAtATime(_ daemon: RunningDaemon, _ directory: String) async throws {
    let bare = try BareTable(path: "\(directory)/bare.db")
    _ = try await daemon.client.call(
      AdminServiceMethods.putQueue,
      V1.PutQueueRequest(queue: V1.Queue(queueID: "latency")))
    var (calls, commits): ([Duration], [Duration]) = ([], [])
    for index in 0..<2_000 {
      let begin = ContinuousClock.now
      try bare.insert()
      let middle = ContinuousClock.now
      _ = try await daemon.client.requestCallback(
        V1.RequestCallbackRequest(
          requestID: "one-\(index)", callerNumber: "+1\(2_022_000_000 + index)",
          queueID: "latency"))
      commits.append(begin.duration(to: middle))
      calls.append(middle.duration(to: .now))
    }
    calls.sort()
    commits.sort()
    let (call, commit) = (calls[calls.count / 2], commits[commits.count / 2])
    let ratio = ((call / commit) * 100).rounded() / 100
    print("| bare SQLite insert and commit, median | \(micro(commit)) | |")
    print("| durable RequestCallback one at a time, median | \(micro(call)) | |")
    print("| ratio of the two | \(ratio) | ≤ 2 |")
  }

  // MARK: - Lifecycles

  private static func lifecycles(_ daemon: RunningDaemon, _ count: Int) async throws {
    let center = LoadedCenter(clients: [daemon.client], agents: 512)
    try await center.open()
    try await center.run(count / 10, named: "warm")
    let processorBefore = daemon.processorTime()
    let begin = ContinuousClock.now
    try await center.run(count, named: "load")
    let took = begin.duration(to: .now)
    let processor = daemon.processorTime() - processorBefore
    let perSecond = Int(Double(count) / (took / .seconds(1)))
    print("| lifecycles per second, client on the same machine | \(perSecond) | ≥ 5000 |")
    print("| server processor time a lifecycle | \(micro(processor / count)) | ≤ 100 µs |")
  }

  // MARK: - Several hosts

  private static func severalHosts(
    _ program: String, _ directory: String, _ count: Int
  ) async throws {
    let server = try PostgresServer()
    defer { try? server.stop() }
    var hosts: [RunningDaemon] = []
    defer { for host in hosts { host.stop() } }
    for name in ["a", "b", "c"] {
      let file = "\(directory)/\(name).yaml"
      Files.write(
        Array("log:\n  connection: \(server.connection)\n  host: \(name)\n".utf8), to: file)
      let place = "\(directory)/\(name)"
      guard mkdir(place, 0o700) == 0 else { throw Failed(description: "cannot make \(place)") }
      hosts.append(
        try await RunningDaemon(
          program: program, directory: place, ["--log", "postgres", "--config", file]))
    }
    let center = LoadedCenter(clients: hosts.map(\.client), agents: 510)
    try await center.open()
    try await center.run(count / 10, named: "warm")
    let begin = ContinuousClock.now
    try await center.run(count, named: "load")
    let perSecond = Int(Double(count) / (begin.duration(to: .now) / .seconds(1)))
    print("| lifecycles per second, three hosts on PostgreSQL together | \(perSecond) | ≥ 1000 |")
  }

  private static func micro(_ time: Duration) -> String {
    "\(((time / .microseconds(1)) * 10).rounded() / 10) µs"
  }
}

/// A table into which one row a commit goes, as durable as the log.
private final class BareTable {
  private let database: Database
  private let statement: Statement

  init(path: String) throws {
    database = try Database(path: path)
    try database.setPragma("journal_mode", to: "WAL")
    try database.setPragma("synchronous", to: "FULL")
    try database.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)")
    statement = try database.prepare("INSERT INTO bare VALUES (NULL, zeroblob(400))")
  }

  func insert() throws {
    try database.begin()
    try statement.run()
    try database.commit()
  }
}
