import CallbackCore
import EventLog
import Testing

extension ConformanceCase {
  /// The checksums that chain the records.
  static var chain: [ConformanceCase] {
    [
      .log("equal heads mean equal histories") { tested throws in
        let (one, other) = (tested, try tested.another())
        #expect(try one.append(Made.records(1...4)) == other.append(Made.records(1...4)))
        let different = Made.record(5, .serviceStarted)
        #expect(try one.append([different]) != other.append([Made.record(5)]))
        // The chain: what follows a difference differs.
        #expect(try one.append([Made.record(6)]) != other.append([Made.record(6)]))
      },

      .log("how records came in batches makes no difference to the chain") { tested throws in
        let head = try tested.append(Made.records(1...6))
        let other = try tested.another()
        for position in 1...6 {
          try other.append([Made.record(UInt64(position))])
          try other.reopen()
        }
        #expect(try other.log.head() == head)
      },

      .log("the chain goes on behind dropped records") { tested throws in
        try tested.append(Made.records(1...4))
        let head = try tested.log.head()
        try tested.log.save(LogSnapshot(head: head, state: Snapshot()))
        try tested.log.dropRecords(upTo: 4)
        let other = try tested.another()
        try other.append(Made.records(1...4))
        #expect(try tested.append([Made.record(5)]) == other.append([Made.record(5)]))
      },

      .log("a record that was changed is not read") { tested throws in
        guard let damage = tested.tested.damage else { return }
        try tested.append(Made.records(1...5))
        tested.log.close()
        try damage(3)
        var found: EventLogError?
        do throws(EventLogError) {
          let log = try tested.store.openLog()
          _ = try log.records(after: 0, limit: 10)
        } catch {
          found = error
        }
        guard case .dataLoss = found else { throw Unexpected(found as Any) }
      },
    ]
  }
}
