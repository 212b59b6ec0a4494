import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// Snapshots, replay and dropping.
  static var snapshots: [ConformanceCase] {
    [
      .log("a snapshot gives the state back") { tested throws in
        let (state, records) = try Made.busy()
        let head = try tested.append(records)
        try tested.log.save(LogSnapshot(head: head, state: state.snapshot()))
        try tested.reopen()
        let kept = try #require(try tested.log.latestSnapshot())
        #expect(kept.head == head)
        #expect(kept.state == state.snapshot())
        #expect(CallCenter(restoring: kept.state) == state)
      },

      .log("replaying the log gives the same state as the snapshot") { tested throws in
        let (state, records) = try Made.busy()
        try tested.append(records)
        var replayed = CallCenter()
        for record in try tested.log.records(after: 0, limit: 1_000) { replayed.apply(record) }
        #expect(replayed == state)
      },

      .log("a later snapshot takes the place of the one before") { tested throws in
        let (state, records) = try Made.busy()
        let first = try tested.append(Array(records.prefix(3)))
        try tested.log.save(LogSnapshot(head: first, state: Snapshot()))
        let second = try tested.append(Array(records.dropFirst(3)))
        try tested.log.save(LogSnapshot(head: second, state: state.snapshot()))
        #expect(try tested.log.latestSnapshot()?.head == second)
        #expect(try tested.log.latestSnapshot()?.state == state.snapshot())
      },

      .log("a snapshot goes on with the answers that the one before it holds") { tested throws in
        let first = try tested.append(Made.records(1...3))
        try tested.log.save(LogSnapshot(head: first, state: Made.answered(0..<120)))
        let second = try tested.append(Made.records(4...6))
        let kept = try tested.log.answersKept()
        try tested.log.save(
          LogSnapshot(head: second, state: Made.answered(70..<130, leavingOut: kept)))
        try tested.reopen()
        #expect(try tested.log.latestSnapshot()?.state == Made.answered(70..<130))
        // None is new.
        let third = try tested.append([Made.record(7)])
        let now = try tested.log.answersKept()
        try tested.log.save(
          LogSnapshot(head: third, state: Made.answered(129..<130, leavingOut: now)))
        #expect(try tested.log.latestSnapshot()?.state == Made.answered(129..<130))
        // None is left.
        let last = try tested.append([Made.record(8)])
        try tested.log.save(LogSnapshot(head: last, state: Made.answered(130..<130)))
        #expect(try tested.log.latestSnapshot()?.state == Made.answered(130..<130))
      },

      .log("a whole snapshot takes the place of the answers there were") { tested throws in
        let first = try tested.append(Made.records(1...3))
        try tested.log.save(LogSnapshot(head: first, state: Made.answered(0..<120)))
        let second = try tested.append(Made.records(4...6))
        try tested.log.save(LogSnapshot(head: second, state: Made.answered(40..<80)))
        try tested.reopen()
        #expect(try tested.log.latestSnapshot()?.state == Made.answered(40..<80))
      },

      .log("records behind a snapshot can be dropped") { tested throws in
        try tested.append(Made.records(1...4))
        let head = try tested.log.head()
        try tested.log.save(LogSnapshot(head: head, state: Snapshot()))
        try tested.append(Made.records(5...6))
        try tested.log.dropRecords(upTo: 4)
        try tested.reopen()
        #expect(try tested.log.oldestPosition() == 4)
        #expect(try tested.log.records(after: 4, limit: 10) == Made.records(5...6))
        #expect(throws: EventLogError.tooOld(earliest: 4)) {
          try tested.log.records(after: 3, limit: 10)
        }
        #expect(try tested.log.latestSnapshot()?.head == head)
        try tested.append([Made.record(7)])
      },

      .log("records that no snapshot covers stay") { tested throws in
        try tested.append(Made.records(1...4))
        try tested.log.dropRecords(upTo: 4)
        #expect(try tested.log.records(after: 0, limit: 10).count == 4)
      },

      .log("a log of which all was dropped goes on where it ended") { tested throws in
        let head = try tested.append(Made.records(1...4))
        try tested.log.save(LogSnapshot(head: head, state: Snapshot()))
        try tested.log.dropRecords(upTo: 4)
        try tested.reopen()
        #expect(try tested.log.head() == head)
        #expect(try tested.append([Made.record(5)]).position == 5)
      },
    ]
  }
}
