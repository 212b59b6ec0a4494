import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// Large batches and odd bytes.
  static var sizes: [ConformanceCase] {
    [
      .log("a large batch is one append") { tested throws in
        let records = Made.records(1...5_000)
        #expect(try tested.append(records).position == 5_000)
        #expect(try tested.log.records(after: 0, limit: 10_000) == records)
      },

      .log("odd texts come back as they were") { tested throws in
        let odd = ["'; DROP TABLE record; --", "\u{FEFF}", "𝕏\u{301}\r\n\t", "%s%n", " "]
        let records = odd.enumerated().map { index, text in
          Made.record(UInt64(index) + 1, .queueDeleted(QueueID(text)))
        }
        try tested.append(records)
        #expect(try tested.log.records(after: 0, limit: 100) == records)
      },

      .log("long texts come back as they were") { tested throws in
        let record = Made.record(
          1, .queueDeleted(QueueID(String(repeating: "é𝕏", count: 40_000))))
        try tested.append([record])
        try tested.reopen()
        #expect(try tested.log.records(after: 0, limit: 1) == [record])
      },
    ]
  }
}
