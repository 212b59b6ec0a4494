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

      .log("what is done is done once, and a request knows its newest") { tested throws in
        let request = Fingerprint(high: 1, low: .max)
        try tested.append([Made.record(1)], [.callback(Made.callback(1))])
        let first = try tested.forget(Made.number(0), by: request)
        let other = try tested.forget(Made.number(7), by: Fingerprint(high: 1, low: 2))
        let later = Made.callback(2)
        try tested.append([Made.record(2)], [.callback(later)])
        try tested.reopen()
        #expect(try tested.log.forgetting(by: request) == first.id)
        #expect(try tested.finish(first.id) == first)
        #expect(try tested.log.callback(later.id) != nil)
        #expect(try tested.log.forgettings(after: 0, limit: 9) == [first, other])
        let third = try tested.forget(Made.number(0), by: request)
        #expect(third.callbacks == 1)
        #expect(try tested.log.forgetting(by: request) == third.id)
      },

      .log("what is decided is due until it is done, whatever comes between") { tested throws in
        let due = DueForgetting(
          e164: Made.number(0).e164, actor: Actor(userID: 8), at: WallTime(9),
          request: Fingerprint(high: 1, low: .max))
        try tested.append(
          [Made.record(1)], [.callback(Made.callback(1)), .forgetting(due)])
        let id = try #require(try tested.log.forgetting(by: due.request))
        try tested.append([Made.record(2)])
        try tested.log.save(LogSnapshot(head: try tested.log.head(), state: Snapshot()))
        try tested.log.dropRecords(upTo: 2)
        try tested.reopen()
        let unfinished = UnfinishedForgetting(id: id, e164: due.e164, actor: due.actor)
        #expect(try tested.log.unfinishedForgettings() == [unfinished])
        #expect(try tested.log.forgettings(after: 0, limit: 9).isEmpty)
        let entry = try tested.finish(id)
        #expect(
          entry == ForgettingEntry(id: id, at: WallTime(9), actor: due.actor, callbacks: 1))
        try tested.reopen()
        #expect(try tested.log.unfinishedForgettings().isEmpty)
        #expect(try tested.log.forgettings(after: 0, limit: 9) == [entry])
      },

      .log("what came after the decision stays, and is in the state") { tested throws in
        let (gone, since) = (Made.callback(1), Made.callback(2))
        let outcome = OutcomeEntry(
          position: 2, callback: since.id, queue: since.queue, number: since.line,
          state: .queued, occurredAt: WallTime(7))
        try tested.append(
          Made.records(1...2), [.callback(gone), .callback(since), .outcome(outcome)])
        var state = Snapshot()
        state.callbacks = [since]
        #expect(try tested.forget(Made.number(0), leaving: state).callbacks == 1)
        #expect(try tested.log.callback(gone.id) == nil)
        #expect(try tested.log.callback(since.id)?.callback == since)
        #expect(try tested.log.outcomes(after: 0, limit: 9) == [outcome])
      },

      .log("what came after the decision stays, also when it has left the state") { tested throws in
        let (gone, since) = (Made.callback(1), Made.callback(2))
        let due = DueForgetting(
          e164: Made.number(0).e164, actor: Actor(userID: 8), at: WallTime(9),
          request: Fingerprint(high: 1, low: 1), firstKept: since.id)
        let links = [1, 2].map { link(of: 0, at: $0) }
        try tested.append(
          [Made.record(1)], [.callback(gone), .link(links[0]), .forgetting(due)])
        let attempt = Made.attempt(1, of: since, by: "anna", at: 5)
        try tested.append(
          [Made.record(2)], [.callback(since), .attempt(attempt), .link(links[1])])
        let id = try #require(try tested.log.forgetting(by: due.request))
        #expect(try tested.finish(id).callbacks == 1)
        #expect(try tested.log.callback(gone.id) == nil)
        #expect(try tested.log.callback(since.id)?.attempts == [attempt])
        #expect(try tested.log.history(number: 0).count == 2)
      },

      .log("links since a decision stay, whatever else is forgotten meanwhile") { tested throws in
        let due = (0...1).map { index in
          DueForgetting(
            e164: Made.number(index).e164, actor: Actor(userID: 8), at: WallTime(9),
            request: Fingerprint(high: 1, low: UInt64(index)))
        }
        try tested.append(
          [Made.record(1)], [.link(link(of: 0, at: 1))] + due.map { .forgetting($0) })
        try tested.append([Made.record(2)], [.link(link(of: 1, at: 2))])
        for id in try tested.log.unfinishedForgettings().map(\.id) { try tested.finish(id) }
        #expect(try tested.log.history(number: 0).isEmpty)
        #expect(try tested.log.history(number: 1).count == 1)
      },

      .log("what was decided before of the same number is done with it, what comes after is not") {
        tested throws in
        let due = (1...4).map { index in
          DueForgetting(
            e164: Made.number(index == 2 ? 1 : 0).e164, actor: Actor(userID: 8), at: WallTime(9),
            request: Fingerprint(high: 1, low: UInt64(index)))
        }
        try tested.append(
          [Made.record(1)], [.callback(Made.callback(1))] + due.map { .forgetting($0) })
        let ids = try tested.log.unfinishedForgettings().map(\.id)
        #expect(try tested.finish(ids[2]).callbacks == 1)
        #expect(try tested.log.unfinishedForgettings().map(\.id) == [ids[1], ids[3]])
        let done = try tested.log.forgettings(after: 0, limit: 9)
        #expect(done.map(\.id) == [ids[0], ids[2]] && done.map(\.callbacks) == [0, 1])
      },

      .log("nothing is finished that was not decided") { tested throws in
        try tested.append([Made.record(1)])
        #expect(throws: EventLogError.noForgetting(7)) { try tested.finish(7) }
        #expect(try tested.log.oldestPosition() == 0)
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
  /// Decides to forget a number, and does it with a snapshot at the end of the log.
  @discardableResult
  fileprivate func forget(
    _ number: PhoneNumber, by request: Fingerprint = Fingerprint(high: 9, low: 9),
    leaving state: Snapshot = Snapshot()
  ) throws -> ForgettingEntry {
    let due = DueForgetting(
      e164: number.e164, actor: Actor(userID: 8), at: WallTime(9), request: request)
    try append([], [.forgetting(due)])
    let id = try #require(try log.forgetting(by: request))
    return try finish(id, leaving: state)
  }

  @discardableResult
  fileprivate func finish(
    _ id: UInt64, leaving state: Snapshot = Snapshot()
  ) throws -> ForgettingEntry {
    try log.finishForgetting(id, leaving: LogSnapshot(head: try log.head(), state: state))
  }
}

private func link(of number: Int, at time: Int64) -> HistoryLink {
  HistoryLink(
    number: Made.number(number).line, recordID: "R-\(time)", startedLead: false, agent: nil,
    actor: Actor(userID: 8), at: WallTime(time))
}
