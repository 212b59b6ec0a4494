import EventLog
import Threads

/// Reads history on a connection and a thread of its own, so that no reader holds up the log.
final class ReadingThread: Sendable {
  typealias Job = @Sendable (Result<any EventLogReader, EventLogError>) -> Void

  private let inbox: Inbox<Job>
  private let ending = Ending()

  /// Reads of at most `limit` wait; the connection is opened with the first.
  init(_ store: any EventStore, limit: Int) {
    let inbox = Inbox<Job>(limit: limit)
    self.inbox = inbox
    OwnThread.start("history") { [ending] in
      Self.run(store, inbox)
      ending.end()
    }
  }

  /// Why a read has no result.
  enum Failure: Error {
    case engine(EngineError)
    case log(EventLogError)
  }

  /// Runs `body` on the reading thread.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (any EventLogReader) throws(EventLogError) -> Value
  ) async throws(EngineError) -> Value {
    try await readResult(body).mapError { failure in
      switch failure {
      case .engine(let error): error
      case .log(let error): EngineError(error)
      }
    }.get()
  }

  /// Runs `body` on the reading thread and tells errors of the log from those of the engine.
  func readResult<Value: Sendable>(
    _ body: @escaping @Sendable (any EventLogReader) throws(EventLogError) -> Value
  ) async -> Result<Value, Failure> {
    await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
      let acceptance = inbox.put { reader in
        do throws(EventLogError) {
          continuation.resume(returning: .success(try body(try reader.get())))
        } catch {
          continuation.resume(returning: .failure(.log(error)))
        }
      }
      switch acceptance {
      case .taken: break
      case .full: continuation.resume(returning: .failure(.engine(.overloaded)))
      case .closed: continuation.resume(returning: .failure(.engine(.stopping)))
      }
    }
  }

  /// Takes nothing more; the thread ends when it has finished what waits.
  func close() { inbox.close() }

  /// Finishes what waits and ends the thread.
  func stop() async {
    close()
    await ending.wait()
  }

  private static func run(_ store: any EventStore, _ inbox: Inbox<Job>) {
    var reader: (any EventLogReader)?
    while !inbox.isDrained {
      for job in inbox.take(upTo: 256, within: nil) {
        do throws(EventLogError) {
          let open: any EventLogReader
          if let reader { open = reader } else { open = try store.openReader() }
          reader = open
          job(.success(open))
        } catch {
          job(.failure(error))
        }
      }
    }
  }
}
