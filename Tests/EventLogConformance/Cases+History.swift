import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// The history, a projection of the records.
  static var history: [ConformanceCase] {
    [
      .log("a number's history comes newest first page by page") { tested throws in
        let callbacks = (1...7).map { Made.callback($0, at: Int64($0 / 2)) }
        let other = Made.callback(8, of: 1, at: 99)
        try tested.append([Made.record(1)], (callbacks + [other]).map { .callback($0) })
        var found: [Callback] = []
        var cursor: HistoryCursor?
        while true {
          let page = try tested.log.history(
            .number(e164: Made.number(0).e164), before: cursor, limit: 2)
          found += page.callbacks
          guard let last = page.last else { break }
          cursor = last.cursor
        }
        #expect(found == callbacks.reversed())
      },

      .log("a callback is kept as it was last written") { tested throws in
        try tested.append([Made.record(1)], [.callback(Made.callback(1))])
        let ended = Made.callback(1, of: 2, .finished(.voicemail))
        let attempt = Made.attempt(1, of: ended, by: "anna", at: 4)
        try tested.append([Made.record(2)], [.callback(ended), .attempt(attempt)])
        try tested.reopen()
        #expect(
          try tested.log.callback(ended.id) == HistoryCallback(callback: ended, attempts: [attempt])
        )
        #expect(try tested.log.callback(CallbackID(high: 99, low: 0)) == nil)
        // The number may have changed meanwhile: the history follows.
        #expect(try tested.log.history(number: 0).isEmpty)
        #expect(try tested.log.history(number: 2).callbacks == [ended])
      },

      .log("an agent's history has one entry for each attempt") { tested throws in
        let callback = Made.callback(1)
        let attempts = [
          Made.attempt(1, of: callback, by: "anna", at: 10),
          Made.attempt(2, of: callback, by: "ben", at: 20),
          Made.attempt(3, of: callback, by: "anna", at: 30),
        ]
        try tested.append(
          [Made.record(1)], [.callback(callback)] + attempts.map { .attempt($0) })
        let page = try tested.log.history(.agent(AgentID("anna")), before: nil, limit: 10)
        #expect(page.map(\.at) == [WallTime(30), WallTime(10)])
        #expect(
          page.allSatisfy {
            $0.kind == .callback(HistoryCallback(callback: callback, attempts: attempts))
          })
        let rest = try tested.log.history(
          .agent(AgentID("anna")), before: page[0].cursor, limit: 10)
        #expect(rest == [page[1]])
      },

      .log("a day's history ends with the day") { tested throws in
        let day: Int64 = 86_400_000
        let times = [-1, 0, day - 1, day, 3 * day]
        try tested.append(
          [Made.record(1)],
          times.enumerated().map { .callback(Made.callback($0.offset + 1, at: $0.element)) })
        func found(on day: Int32) throws -> [Int64] {
          try tested.log.history(.day(day), before: nil, limit: 10).map(\.at.milliseconds)
        }
        #expect(try found(on: -1) == [-1])
        #expect(try found(on: 0) == [day - 1, 0])
        #expect(try found(on: 1) == [day])
        #expect(try found(on: 2).isEmpty)
        #expect(try tested.log.history(.all, before: nil, limit: 10).count == 5)
      },

      .log("links stand among the callbacks of their number") { tested throws in
        let number = Made.number(0).line
        let links = [5, 15, 15].map { time in
          HistoryLink(
            number: number, recordID: "L-\(time)", startedLead: time == 5,
            agent: time == 5 ? nil : AgentID("anna"), actor: Actor(userID: .max), at: WallTime(time)
          )
        }
        try tested.append(
          [Made.record(1)],
          [.callback(Made.callback(1, at: 10)), .callback(Made.callback(2, at: 15))]
            + links.map { .link($0) })
        var found: [HistoryEntry] = []
        for _ in 0..<6 {
          found += try tested.log.history(
            .number(e164: number.e164), before: found.last?.cursor, limit: 1)
        }
        #expect(found.map(\.at.milliseconds) == [15, 15, 15, 10, 5])
        #expect(
          found.compactMap { if case .link(let link) = $0.kind { link } else { nil } }
            == links.reversed())
      },

      .log("history stays when records are dropped") { tested throws in
        let head = try tested.append([Made.record(1)], [.callback(Made.callback(1))])
        try tested.log.save(LogSnapshot(head: head, state: Snapshot()))
        try tested.log.dropRecords(upTo: 1)
        #expect(try tested.log.history(number: 0).count == 1)
      },

      .log("history without records is an append too") { tested throws in
        let head = try tested.append([Made.record(1)])
        #expect(try tested.append([], [.callback(Made.callback(1))]) == head)
        #expect(try tested.log.history(number: 0).count == 1)
      },
    ]
  }
}

extension [HistoryEntry] {
  var callbacks: [Callback] {
    compactMap { if case .callback(let kept) = $0.kind { kept.callback } else { nil } }
  }
}

extension EventLogReader {
  func history(number: Int) throws -> [HistoryEntry] {
    try history(.number(e164: Made.number(number).e164), before: nil, limit: 100)
  }
}
