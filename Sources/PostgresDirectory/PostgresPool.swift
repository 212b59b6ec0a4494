import CallerDirectory
import Dispatch
import Postgres
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

  private let settings: PostgresDirectory.Settings
  private let lanes: [Lane]
  private let waiting: Mutex<[Int]>

  init(_ settings: PostgresDirectory.Settings, name: String) {
    self.settings = settings
    lanes = (0..<max(1, settings.connections)).map { Lane("callbackd.\(name).\($0)") }
    waiting = Mutex(Array(repeating: 0, count: lanes.count))
  }

  /// Runs a statement; connects first where that is needed.
  func run(
    _ statement: PostgresStatement, _ values: [PostgresValue]
  ) async throws(DirectoryError) -> [PostgresTextRow] {
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
    let result: Result<[PostgresTextRow], DirectoryError> =
      await withCheckedContinuation { continuation in
        lane.queue.async { [self] in
          let result = run(lane, statement, values, deadline)
          waiting.withLock { $0[index] -= 1 }
          continuation.resume(returning: result)
        }
      }
    return try result.get()
  }

  private func run(
    _ lane: Lane, _ statement: PostgresStatement, _ values: [PostgresValue],
    _ deadline: ContinuousClock.Instant
  ) -> Result<[PostgresTextRow], DirectoryError> {
    guard ContinuousClock.now < deadline else {
      return .failure(.unavailable("waited too long for a connection"))
    }
    let wasConnected = lane.connection != nil
    // A NUL is in no column of text, and refused as a parameter.
    if values.contains(where: \.holdsNUL) { return .success([]) }
    do throws(PostgresError) {
      let connection = try connection(of: lane, deadline)
      return .success(
        try connection.runTexts(
          statement, values, mostRows: PostgresDirectory.Settings.mostRows,
          mostBytes: PostgresDirectory.Settings.mostBytes, deadline: deadline))
    } catch {
      if lane.connection?.isUsable != true {
        lane.connection = nil
        // One that the server closed meanwhile: asked once more on a new one.
        if wasConnected, ContinuousClock.now < deadline {
          return run(lane, statement, values, deadline)
        }
      }
      return .failure(.unavailable("\(error)"))
    }
  }

  private func connection(
    of lane: Lane, _ deadline: ContinuousClock.Instant
  ) throws(PostgresError) -> PostgresConnection {
    if let connection = lane.connection { return connection }
    let connection = try PostgresConnection(settings.session, deadline: deadline)
    lane.connection = connection
    return connection
  }
}

extension PostgresValue {
  fileprivate var holdsNUL: Bool {
    if case .text(let text) = self { text.utf8.contains(0) } else { false }
  }
}
