import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// The four results of an append.
  static var results: [ConformanceCase] {
    [
      .log("an append says where the log ends from then on") { tested throws in
        let result = tested.log.append(LogBatch(records: [Made.record(1)]), after: 0)
        guard case .appended(let head) = result else { throw Unexpected(result) }
        #expect(head.position == 1)
        #expect(try tested.log.head() == head)
      },

      .log("an append after another position than the end is a conflict") { tested throws in
        try tested.append(Made.records(1...2))
        let batch = LogBatch(records: [Made.record(2)])
        #expect(tested.log.append(batch, after: 1) == .conflict)
        #expect(tested.log.append(batch, after: 3) == .conflict)
        #expect(try tested.log.records(after: 0, limit: 100) == Made.records(1...2))
        // A lost race leaves the log usable.
        try tested.append([Made.record(3)])
      },

      .log("a conflict leaves nothing of its history") { tested throws in
        try tested.append(Made.records(1...2))
        let batch = LogBatch(
          records: [Made.record(2)], history: [.callback(Made.callback(1))])
        #expect(tested.log.append(batch, after: 1) == .conflict)
        #expect(try tested.log.history(number: 0).isEmpty)
      },

      .log(
        "a refused append is surely not there, and the log takes it when it can"
      ) { tested throws in
        let before = try tested.append([Made.record(1)])
        let batch = LogBatch(
          records: [Made.record(2)], history: [.callback(Made.callback(1))])
        try tested.tested.fail(.refused)
        guard case .refused = tested.log.append(batch, after: 1) else {
          throw Unexpected("an append that cannot have been written")
        }
        try tested.tested.heal()
        #expect(try tested.log.head() == before)
        #expect(try tested.log.records(after: 0, limit: 10) == [Made.record(1)])
        #expect(try tested.log.history(number: 0).isEmpty)
        let result = tested.log.append(batch, after: 1)
        guard case .appended(let head) = result else { throw Unexpected(result) }
        try tested.reopen()
        #expect(try tested.log.head() == head)
      },

      .log("an append of unknown fate that was written is found so") { tested throws in
        guard tested.tested.faults.contains(.unknownWritten) else { return }
        let append = try tested.appendOfUnknownFate(.unknownWritten)
        #expect(tested.log.settle(append) == .appended(append.after))
        #expect(try tested.log.records(after: 0, limit: 10) == Made.records(1...3))
        #expect(try tested.log.history(number: 0).count == 1)
        try tested.append([Made.record(4)])
      },

      .log(
        "an append of unknown fate that was lost is found so, and never comes back"
      ) { tested throws in
        let append = try tested.appendOfUnknownFate(.unknownLost)
        guard case .refused = tested.log.settle(append) else {
          throw Unexpected("an append that was lost")
        }
        try tested.reopen()
        #expect(try tested.log.records(after: 0, limit: 10) == [Made.record(1)])
        #expect(try tested.log.history(number: 0).isEmpty)
        try tested.append([Made.record(2)])
      },

      .log("what is there is found by position and checksum") { tested throws in
        let append = try tested.appendOfUnknownFate(.unknownLost)
        #expect(try tested.append(Made.records(2...3)) == append.after)
        #expect(tested.log.settle(append) == .appended(append.after))
      },

      .log(
        "an append of unknown fate whose place somebody else took is a conflict"
      ) { tested throws in
        let append = try tested.appendOfUnknownFate(.unknownLost)
        try tested.append([Made.record(2, .serviceStarted)])
        #expect(tested.log.settle(append) == .conflict)
      },
    ]
  }
}

extension LogUnderTest {
  /// Appends two records with a history after the first, in a way that nobody knows its fate, and
  /// opens the log anew on a healed store.
  fileprivate func appendOfUnknownFate(_ fault: InjectedFault) throws -> UnsettledAppend {
    let before = try append([Made.record(1)])
    let batch = LogBatch(
      records: Made.records(2...3), history: [.callback(Made.callback(1))])
    try tested.fail(fault)
    let result = log.append(batch, after: before.position)
    guard case .unknown(let append) = result else { throw Unexpected(result) }
    #expect(append.before == before)
    // Nothing more is taken before the fate is known.
    guard case .refused = log.append(batch, after: before.position) else {
      throw Unexpected("taken")
    }
    try tested.heal()
    try reopen()
    return append
  }
}
