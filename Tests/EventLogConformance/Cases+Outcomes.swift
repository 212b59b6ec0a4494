import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// Outcomes, in the order of the log.
  static var outcomes: [ConformanceCase] {
    [
      .log("outcomes are read from a position or a time") { tested throws in
        let callback = Made.callback(1)
        func outcome(_ position: UInt64, at time: Int64, _ full: Bool) -> OutcomeEntry {
          OutcomeEntry(
            position: position, callback: callback.id, queue: QueueID("q"), number: callback.line,
            attempt: full ? AttemptID(high: 3, low: 4) : nil, agent: full ? AgentID("anna") : nil,
            outcome: full ? .busy : nil,
            state: full ? .retryWait(until: Instant(9)) : .finished(.expired),
            occurredAt: WallTime(time))
        }
        let outcomes = [
          outcome(1, at: 10, true), outcome(3, at: 30, false), outcome(4, at: 30, true),
        ]
        try tested.append(Made.records(1...5), outcomes.map { .outcome($0) })
        #expect(try tested.log.outcomes(after: 0, limit: 10) == outcomes)
        #expect(try tested.log.outcomes(after: 1, limit: 1) == [outcomes[1]])
        #expect(try tested.log.outcomePosition(since: WallTime(11)) == 2)
        #expect(try tested.log.outcomePosition(since: WallTime(31)) == 5)
      }
    ]
  }
}
