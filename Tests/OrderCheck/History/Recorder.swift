import Foundation
import Synchronization

/// Keeps the history of operations: in memory, and line by line in a file where one is named, so
/// that a process which is killed leaves what it had.
public final class Recorder: Sendable {
  private struct State {
    var operations: [Operation] = []
    var ended = 0
    var isComplete = false
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  /// A line of the file: an operation as it began, or what came of the one at an index.
  private struct Line: Codable {
    var index: Int
    var began: Operation?
    var ended: UInt64?
    var outcome: Operation.Outcome?
  }

  private let state = Mutex(State())
  private let file: FileHandle?

  /// Starts without operations.
  ///
  /// - Parameter path: of a file that is made anew; nil keeps the history in memory alone.
  public init(file path: String? = nil) throws {
    guard let path else {
      file = nil
      return
    }
    try Data().write(to: URL(filePath: path))
    file = try FileHandle(forWritingTo: URL(filePath: path))
  }

  deinit { try? file?.close() }

  /// Nanoseconds of CLOCK_MONOTONIC, which all processes of a machine read alike.
  public static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Notes a call that is about to be made, and gives the index under which it ends.
  public func begin(_ operation: Operation) -> Int {
    state.withLock { state in
      state.operations.append(operation)
      let index = state.operations.count - 1
      write(Line(index: index, began: operation))
      return index
    }
  }

  /// Notes what came of a call.
  public func end(_ index: Int, _ outcome: Operation.Outcome) {
    let now = Self.now()
    let ready = state.withLock { state in
      state.operations[index].ended = now
      state.operations[index].outcome = outcome
      state.ended += 1
      write(Line(index: index, ended: now, outcome: outcome))
      let ended = state.ended
      defer { state.waiting.removeAll { $0.count <= ended } }
      return state.waiting.filter { $0.count <= ended }.map(\.continuation)
    }
    for continuation in ready { continuation.resume() }
  }

  /// What was recorded so far.
  public var operations: [Operation] { state.withLock { $0.operations } }

  /// How many operations are over.
  public var ended: Int { state.withLock { $0.ended } }

  /// Nothing more comes: nobody waits any longer.
  public func complete() {
    let waiting = state.withLock { state in
      state.isComplete = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.continuation.resume() }
  }

  /// Waits until so many operations are over, or nothing more comes.
  public func reached(_ count: Int) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        guard state.ended < count, !state.isComplete else { return true }
        state.waiting.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Reads the history of a file; a last line that was cut off is left out.
  public static func read(_ path: String) throws -> [Operation] {
    var operations: [Operation] = []
    let decoder = JSONDecoder()
    for line in try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")) {
      guard let line = try? decoder.decode(Line.self, from: Data(line)) else { break }
      if let began = line.began {
        operations.append(began)
      } else {
        operations[line.index].ended = line.ended
        operations[line.index].outcome = line.outcome
      }
    }
    return operations
  }

  /// Under the lock, so that an operation begins before it ends in the file as well.
  private func write(_ line: Line) {
    guard let file, var data = try? JSONEncoder().encode(line) else { return }
    data.append(UInt8(ascii: "\n"))
    try? file.write(contentsOf: data)
  }
}
