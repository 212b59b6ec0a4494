import CallbackCore
import EventLog

/// Brings a machine to the end of its log: the newest snapshot, then the records after it.
enum Recovery {
  /// Records that are read at once: bounds the memory of the replay.
  static let pageSize = 4_096

  struct Recovered {
    var machine: EngineMachine
    var snapshotPosition: LogPosition
  }

  static func recover(_ log: any EventLog) throws(EventLogError) -> Recovered {
    let end = try log.head()
    var machine = EngineMachine()
    if let snapshot = try log.latestSnapshot() {
      machine = EngineMachine(state: CallCenter(restoring: snapshot.state), head: snapshot.head)
    }
    let start = machine.head.position
    while machine.head.position < end.position {
      let records = try log.records(after: machine.head.position, limit: pageSize)
      // Others may append meanwhile, so that the last page goes beyond the end.
      guard let last = records.last, let head = try log.head(at: last.position) else {
        throw .dataLoss("the record at \(machine.head.position + 1) is missing")
      }
      machine.adopt(records, head)
    }
    return Recovered(machine: machine, snapshotPosition: start)
  }
}
