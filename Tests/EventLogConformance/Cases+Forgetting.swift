import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// Forgetting a number.
  static var forgetting: [ConformanceCase] {
    [
      .log("what is forgotten leaves the history and the log, and the rest stays") {
        tested throws in
        let (gone, other) = (Made.callback(1), Made.callback(2, of: 1))
        let attempts = [
          Made.attempt(1, of: gone, by: "anna", at: 5),
          Made.attempt(2, of: other, by: "anna", at: 6),
        ]
        let outcomes = [gone, other].enumerated().map { index, callback in
          OutcomeEntry(
            position: UInt64(index) + 1, callback: callback.id, queue: callback.queue,
            number: callback.line, state: .finished(.cancelled), occurredAt: WallTime(7))
        }
        try tested.append(
          Made.records(1...3),
          [.callback(gone), .callback(other)] + attempts.map { .attempt($0) }
            + outcomes.map { .outcome($0) })
        let entry = try tested.forget(Made.number(0))
        #expect(
          entry
            == ForgettingEntry(
              id: entry.id, at: WallTime(9), actor: Actor(userID: 8), callbacks: 1))
        try tested.reopen()
        #expect(try tested.log.history(number: 0).isEmpty)
        #expect(try tested.log.callback(gone.id) == nil)
        #expect(try tested.log.history(number: 1).callbacks == [other])
        let agent = try tested.log.history(.agent(AgentID("anna")), before: nil, limit: 9)
        #expect(agent.callbacks == [other])
        #expect(try tested.log.outcomes(after: 0, limit: 9).map(\.callback) == [other.id])
        #expect(try tested.log.forgettings(after: 0, limit: 9) == [entry])
      },

      .log("the records before are dropped, and the log goes on behind the snapshot") {
        tested throws in
        let head = try tested.append(Made.records(1...3))
        try tested.forget(Made.number(0))
        #expect(try tested.log.oldestPosition() == head.position)
        #expect(try tested.log.head() == head)
        #expect(try tested.log.latestSnapshot()?.head == head)
        try tested.append([Made.record(4)])
        try tested.reopen()
        #expect(try tested.log.records(after: 3, limit: 9).map(\.position) == [4])
      },

      .log("a number is also forgotten where it is the caller's, or was dialled before a change") {
        tested throws in
        var called = Made.callback(1, of: 5)
        called.request = Shared(
          CallbackRequest(
            caller: Caller(name: "Zoë", number: Made.number(0)), number: Made.number(5)))
        let before = Made.callback(2, of: 0)
        var changed = before
        changed.request = Shared(CallbackRequest(caller: Caller(), number: Made.number(6)))
        let attempt = Made.attempt(1, of: before, by: "anna", at: 5)
        try tested.append(
          [Made.record(1)], [.callback(called), .callback(changed), .attempt(attempt)])
        #expect(try tested.forget(Made.number(0)).callbacks == 2)
        #expect(try tested.log.history(.all, before: nil, limit: 9).isEmpty)
      },

      .log("a repeated request is given its entry, and removes nothing more") { tested throws in
        let request = Fingerprint(high: 1, low: .max)
        try tested.append([Made.record(1)], [.callback(Made.callback(1))])
        let first = try tested.forget(Made.number(0), by: request)
        let other = try tested.forget(Made.number(7), by: Fingerprint(high: 1, low: 2))
        let later = Made.callback(2)
        try tested.append([Made.record(2)], [.callback(later)])
        try tested.reopen()
        #expect(try tested.forget(Made.number(0), by: request, isRepeated: true) == first)
        #expect(try tested.log.callback(later.id) != nil)
        #expect(try tested.log.forgettings(after: 0, limit: 9) == [first, other])
        // Decided anew, the same request is another.
        let third = try tested.forget(Made.number(0), by: request)
        #expect(third.callbacks == 1)
        #expect(try tested.forget(Made.number(0), by: request, isRepeated: true) == third)
      },

      .log("a request that was repeated before its number was removed removes it") {
        tested throws in
        try tested.append([Made.record(1)], [.callback(Made.callback(1))])
        let request = Fingerprint(high: 1, low: 1)
        #expect(try tested.forget(Made.number(0), by: request, isRepeated: true).callbacks == 1)
      },

      .log("entries come in pages, by their ids") { tested throws in
        let kept = try (0..<5).map { try tested.forget(Made.number($0)) }
        #expect(kept.map(\.id) == kept.map(\.id).sorted() && Set(kept.map(\.id)).count == 5)
        #expect(try tested.log.forgettings(after: 0, limit: 2) == Array(kept[..<2]))
        #expect(try tested.log.forgettings(after: kept[1].id, limit: 9) == Array(kept[2...]))
        #expect(try tested.log.forgettings(after: kept[4].id, limit: 9).isEmpty)
      },

      .log("a longer number that begins alike stays") { tested throws in
        let longer = PhoneNumber(e164: Made.number(0).e164 + "1")
        var callback = Made.callback(1)
        callback.request = Shared(CallbackRequest(caller: Caller(), number: longer))
        try tested.append([Made.record(1)], [.callback(callback)])
        #expect(try tested.forget(Made.number(0)).callbacks == 0)
        #expect(try tested.log.callback(callback.id) != nil)
      },
    ]
  }
}

extension LogUnderTest {
  /// Forgets a number with a snapshot at the end of the log.
  @discardableResult
  fileprivate func forget(
    _ number: PhoneNumber, by request: Fingerprint? = nil, isRepeated: Bool = false
  ) throws -> ForgettingEntry {
    try log.forget(
      Forgetting(
        e164: number.e164, actor: Actor(userID: 8), at: WallTime(9), request: request,
        isRepeated: isRepeated,
        snapshot: LogSnapshot(head: try log.head(), state: Snapshot())))
  }
}
