import CallbackCore
import EventLog

/// A log that is open on a store of its own.
final class LogUnderTest {
  let tested: StoreUnderTest
  private(set) var log: any EventLog

  var store: any EventStore { tested.store }

  private let kind: LogKind

  init(_ kind: LogKind) throws {
    self.kind = kind
    tested = try kind.make()
    log = try tested.store.openLog()
  }

  deinit {
    log.close()
    tested.store.close()
  }

  /// A second log of the same kind that shares nothing with this one.
  func another() throws -> LogUnderTest { try LogUnderTest(kind) }

  /// Closes the log and opens it again, as a restart does.
  func reopen() throws {
    log.close()
    log = try store.openLog()
  }

  /// Appends records after the end, which must succeed.
  @discardableResult
  func append(_ records: [EventRecord], _ history: [HistoryChange] = []) throws -> LogHead {
    let end = try log.head()
    let result = log.append(LogBatch(records: records, history: history), after: end.position)
    guard case .appended(let head) = result else { throw Unexpected(result) }
    return head
  }
}

/// Something that a test cannot go on from.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ what: Any) { description = "unexpected: \(what)" }
}
