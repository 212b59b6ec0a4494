import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// Appending and reading.
  static var appending: [ConformanceCase] {
    [
      .log("an empty log ends at nothing") { tested throws in
        #expect(try tested.log.head() == .empty)
        #expect(try tested.log.oldestPosition() == 0)
        #expect(try tested.log.records(after: 0, limit: 10).isEmpty)
        #expect(try tested.log.latestSnapshot() == nil)
      },

      .log("what is appended is read from any position") { tested throws in
        try tested.append(Made.records(1...3))
        let head = try tested.append(Made.records(4...10))
        #expect(head.position == 10)
        #expect(try tested.log.head() == head)
        #expect(try tested.log.records(after: 0, limit: 100) == Made.records(1...10))
        #expect(try tested.log.records(after: 7, limit: 2) == Made.records(8...9))
        #expect(try tested.log.records(after: 10, limit: 2).isEmpty)
      },

      .log("what is appended is there after a reopening") { tested throws in
        let lineage = tested.log.lineage
        let head = try tested.append(Made.records(1...5))
        try tested.reopen()
        #expect(try tested.log.head() == head)
        #expect(tested.log.lineage == lineage)
        #expect(try tested.log.records(after: 0, limit: 100) == Made.records(1...5))
        try tested.append([Made.record(6)])
        #expect(try tested.log.head().position == 6)
      },

      .log("a reader sees what is durable") { tested throws in
        let reader = try tested.store.openReader()
        try tested.append(Made.records(1...3))
        #expect(try reader.head() == tested.log.head())
        #expect(try reader.records(after: 1, limit: 10) == Made.records(2...3))
        #expect(reader.lineage == tested.log.lineage)
      },
    ]
  }
}
