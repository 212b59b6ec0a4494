import EventLog
import Glibc
import Postgres
import Synchronization
import Threads

/// Hears of appends by other hosts, on a connection and a thread of its own.
///
/// Where nothing can be heard the engine still looks by itself, only later.
final class LogListener: Sendable {
  /// How long it waits at most before it looks whether it is to stop.
  private static let longestWait = Duration.seconds(1)

  private let settings: PostgresSettings
  private let channel: String
  private let changed: @Sendable (LogPosition) -> Void
  private let hasStopped = Atomic(false)

  /// The channel on which appends to a stream are told.
  static func channel(_ stream: Int64) -> String { "callback_log_\(stream)" }

  init(
    _ settings: PostgresSettings, stream: Int64,
    changed: @escaping @Sendable (LogPosition) -> Void
  ) {
    self.settings = settings
    self.changed = changed
    channel = Self.channel(stream)
  }

  func start() { OwnThread.start("log-listener") { [self] in run() } }

  func stop() { hasStopped.store(true, ordering: .releasing) }

  private func run() {
    while !hasStopped.load(ordering: .acquiring) {
      try? listen()
      // The connection is lost, or was not made: what has come meanwhile is found by looking.
      sleepABit()
    }
  }

  private func listen() throws(PostgresError) {
    let connection = try PostgresConnection(settings, deadline: .now + .seconds(3))
    try connection.execute("LISTEN \(channel)", deadline: .now + .seconds(3))
    changed(.max)
    while !hasStopped.load(ordering: .acquiring) {
      let positions = try connection.notifications(until: .now + Self.longestWait)
      if let last = positions.compactMap({ LogPosition($0) }).max() { changed(last) }
    }
  }

  private func sleepABit() {
    var left = timespec(tv_sec: 0, tv_nsec: 500_000_000)
    nanosleep(&left, nil)
  }
}
