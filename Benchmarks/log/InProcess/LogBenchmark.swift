import CallbackCore
import CallbackEngine
import EventLog
import Glibc
import SQLiteEventLog

/// Measures what a start costs after a million events, how long a snapshot holds everybody up, and
/// the history of a number among a million callbacks. Arguments: a directory to work in, and how
/// many (1000000).
@main
enum LogBenchmark {
  static func main() async throws {
    let directory = CommandLine.arguments[1]
    let count = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 0 : 1_000_000
    try await restart("\(directory)/restart", events: count)
    try snapshots("\(directory)/snapshots", events: count)
    try history("\(directory)/history", callbacks: count)
  }

  // MARK: - Restart

  private static func restart(_ data: String, events: Int) async throws {
    let store = try SQLiteEventStore(directory: data)
    var center = BusyCenter(try store.openLog())
    try center.configure(agents: 500)
    while center.machine.head.position < UInt64(events) { try center.liveThroughOneRound() }
    let position = center.machine.head.position
    center.log.close()
    let without = try await start(store)
    row("restart to ready, \(position) events, no snapshot", without, "15 s")
    // The stop has kept a snapshot.
    let with = try await start(store)
    row("restart to ready, \(position) events, snapshot", with, "2 s")
    store.close()
  }

  private static func start(_ store: SQLiteEventStore) async throws -> Duration {
    let begin = ContinuousClock.now
    let engine = try await Engine.start(store: store)
    let took = begin.duration(to: .now)
    await engine.stop()
    return took
  }

  // MARK: - Snapshots

  /// While one is made nobody is answered.
  private static func snapshots(_ data: String, events: Int) throws {
    let store = try SQLiteEventStore(directory: data)
    var center = BusyCenter(try store.openLog())
    try center.configure(agents: 500)
    let every = UInt64(EngineConfiguration().snapshotEvery)
    var longest = Duration.zero
    while center.machine.head.position < UInt64(events) {
      let next = center.machine.head.position + every
      while center.machine.head.position < next { try center.liveThroughOneRound() }
      longest = max(longest, try center.save(answersFrom: try center.log.answersKept()))
    }
    let answers = center.machine.state.snapshot().answers.count
    let whole = try center.save(answersFrom: 0)
    row("longest snapshot, every \(every) events, \(answers) answers remembered", longest)
    row("a snapshot that writes all of the answers anew", whole)
    center.log.close()
    store.close()
  }

  // MARK: - History

  private static func history(_ data: String, callbacks: Int) throws {
    let store = try SQLiteEventStore(directory: data)
    let log = try store.openLog()
    for start in stride(from: 0, to: callbacks, by: 10_000) {
      let batch = (start..<min(start + 10_000, callbacks)).map {
        HistoryChange.callback(BusyCenter.callback($0))
      }
      guard case .appended = log.append(LogBatch(history: batch), after: 0) else {
        throw Failed(description: "the history was not taken")
      }
      try log.maintain()
    }
    let reader = try store.openReader()
    var times: [Duration] = []
    for index in 0..<2_000 {
      let number = BusyCenter.number(index &* 7_919 % callbacks)
      let begin = ContinuousClock.now
      let found = try reader.history(.number(e164: number), before: nil, limit: 20)
      times.append(begin.duration(to: .now))
      guard !found.isEmpty else { throw Failed(description: "a number has no history") }
    }
    times.sort()
    row("history of a number among \(callbacks), median", times[times.count / 2], "1 ms")
    row("history of a number among \(callbacks), 99 of 100", times[times.count * 99 / 100], "1 ms")
    log.close()
    store.close()
  }

  private static func row(_ what: String, _ took: Duration, _ limit: String? = nil) {
    let text =
      took < .seconds(1)
      ? "\((took / .microseconds(1)).rounded() / 1_000) ms"
      : "\((took / .milliseconds(1)).rounded() / 1_000) s"
    print("| \(what) | \(text) | \(limit.map { "≤ \($0) " } ?? "")|")
  }
}

/// What keeps a benchmark from going on.
struct Failed: Error, CustomStringConvertible {
  let description: String
}
