import CallerDirectory
import Dispatch
import Synchronization

/// Some connections, each with a thread's worth of work at a time; a question goes where the fewest
/// wait.
final class PostgresPool: Sendable {
  private final class Lane: @unchecked Sendable {
    let queue: DispatchQueue
    // Only used on the queue.
    var connection: PostgresConnection?
    init(_ label: String) { queue = DispatchQueue(label: label) }
  }

  /// The most questions that wait for a connection; look-ups are bounded before they come here.
  private static let mostWaiting = 256

  private let settings: PostgresSettings
  private let lanes: [Lane]
  private let waiting: Mutex<[Int]>

  init(_ settings: PostgresSettings, name: String) {
    self.settings = settings
    lanes = (0..<max(1, settings.connections)).map { Lane("callbackd.\(name).\($0)") }
    waiting = Mutex(Array(repeating: 0, count: lanes.count))
  }

  /// Runs a statement; connects first where that is needed.
  func run(
    _ sql: String, _ parameters: [(type: UInt32, value: String)], named name: String
  ) async throws(DirectoryError) -> [PostgresConnection.Row] {
    let deadline =
      ContinuousClock.now + settings.connectTimeout + settings.statementTimeout
      + .milliseconds(100)
    let admitted = waiting.withLock { waiting -> Int? in
      guard waiting.reduce(0, +) < Self.mostWaiting else { return nil }
      let index = waiting.indices.min { waiting[$0] < waiting[$1] } ?? 0
      waiting[index] += 1
      return index
    }
    guard let index = admitted else { throw .unavailable("too many questions wait") }
    let lane = lanes[index]
    let result: Result<[PostgresConnection.Row], DirectoryError> =
      await withCheckedContinuation { continuation in
        lane.queue.async { [self] in
          let result = run(lane, sql, parameters, name, deadline)
          waiting.withLock { $0[index] -= 1 }
          continuation.resume(returning: result)
        }
      }
    return try result.get()
  }

  private func run(
    _ lane: Lane, _ sql: String, _ parameters: [(type: UInt32, value: String)], _ name: String,
    _ deadline: ContinuousClock.Instant
  ) -> Result<[PostgresConnection.Row], DirectoryError> {
    guard ContinuousClock.now < deadline else {
      return .failure(.unavailable("waited too long for a connection"))
    }
    let wasConnected = lane.connection != nil
    do throws(DirectoryError) {
      let connection = try connection(of: lane, deadline)
      return .success(try connection.run(sql, parameters, named: name, deadline: deadline))
    } catch {
      if lane.connection?.isUsable != true {
        lane.connection = nil
        // One that the server closed meanwhile: asked once more on a new one.
        if wasConnected, ContinuousClock.now < deadline {
          return run(lane, sql, parameters, name, deadline)
        }
      }
      return .failure(error)
    }
  }

  private func connection(
    of lane: Lane, _ deadline: ContinuousClock.Instant
  ) throws(DirectoryError) -> PostgresConnection {
    if let connection = lane.connection { return connection }
    let connection = try PostgresConnection(settings, deadline: deadline)
    lane.connection = connection
    return connection
  }
}
