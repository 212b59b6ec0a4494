import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// Checks and replays of a whole log through a reader of its own.
  static var inspection: [ConformanceCase] {
    [
      .log("a check counts what a whole log holds") { tested throws in
        let (state, records) = try Made.busy()
        let head = try tested.append(records)
        try tested.log.save(LogSnapshot(head: head, state: state.snapshot()))
        try tested.append([Made.record(head.position + 1)])
        let reader = try tested.store.openReader()
        let check = try LogCheck(reading: reader, schema: 7)
        #expect(check.schema == 7)
        #expect(check.lineage == tested.log.lineage)
        #expect(try check.head == tested.log.head())
        #expect((check.oldest, check.records) == (0, records.count + 1))
        #expect(check.snapshot == head.position)
        #expect((check.callbacks, check.outcomes) == (0, 0))
      },

      .log("a replay gives the state of any moment") { tested throws in
        let (state, records) = try Made.busy()
        try tested.append(records)
        let reader = try tested.store.openReader()
        #expect(try LogReplay(of: reader, until: .head).state == state)
        var expected = CallCenter()
        for record in records {
          expected.apply(record)
          let replay = try LogReplay(of: reader, until: .position(record.position))
          #expect(replay.state == expected)
          #expect((replay.position, replay.start) == (record.position, 0))
        }
        let first = try LogReplay(of: reader, until: .time(WallTime(.min)))
        #expect((first.position, first.state) == (0, CallCenter()))
        #expect(try LogReplay(of: reader, until: .time(WallTime(.max))).state == state)
      },

      .log("a replay begins at the snapshot before which records were dropped") { tested throws in
        let (state, records) = try Made.busy()
        let head = try tested.append(records)
        try tested.log.save(LogSnapshot(head: head, state: state.snapshot()))
        try tested.log.dropRecords(upTo: head.position)
        let reader = try tested.store.openReader()
        let replay = try LogReplay(of: reader, until: .head)
        #expect((replay.state, replay.start) == (state, head.position))
        #expect(throws: EventLogError.tooOld(earliest: head.position)) {
          try LogReplay(of: reader, until: .position(head.position - 1))
        }
        #expect(throws: EventLogError.self) {
          try LogReplay(of: reader, until: .position(head.position + 1))
        }
        #expect(try LogCheck(reading: reader, schema: 1).oldest == head.position)
      },
    ]
  }
}
