import CallbackCore
import EventLog

/// What the loop reads of the log beside its own appends.
extension EngineLoop {
  /// Opens the log anew and finds out what became of the append whose fate was unknown.
  func settle() {
    guard let append = machine.unsettledAppend,
      configuration.clock.uptime() >= availability.restsUntil || opened.inbox.isClosed
    else { return }
    do throws(EventLogError) {
      log.close()
      log = try store.openLog()
      let result = log.settle(append)
      if case .conflict = result { try catchUp() }
      publish(machine.settled(result).batch)
      if machine.unsettledAppend == nil { return takesAgain() }
    } catch {
      markUnavailable("the log cannot be opened: \(error)")
    }
    rest()
  }

  /// Applies what somebody else wrote after the head.
  func catchUp() throws(EventLogError) {
    hosts.lookedAt = configuration.clock.uptime()
    while true {
      let records: [EventRecord]
      do throws(EventLogError) {
        records = try log.records(after: machine.head.position, limit: Recovery.pageSize)
      } catch .tooOld {
        try startAgain()
        continue
      } catch {
        throw error
      }
      guard let last = records.last else { return }
      guard let head = try log.head(at: last.position) else { continue }
      machine.adopt(records, head)
      let batch = LogBatch(
        records: records, history: HistoryProjection.changes(of: records, in: machine.state))
      opened.timer.advance(to: machine.state.counters.now)
      publish(batch, isOwn: false)
      if batch.records.contains(where: \.event.isForgetting) {
        opened.feed.forget(upTo: machine.head.position)
      }
    }
  }

  /// Goes on from the snapshot after others have dropped records that this host had not read:
  /// it was away for long.
  private func startAgain() throws(EventLogError) {
    let recovered = try Recovery.recover(log)
    logger.warning("records after \(machine.head.position) were dropped: going on from a snapshot")
    machine = recovered.machine
    machine.zones = configuration.zones
    snapshotPosition = recovered.snapshotPosition
    opened.timer.advance(to: machine.state.counters.now)
    opened.feed.skip(to: machine.head.position)
    let point = readPoint()
    for observer in observers { observer.began(machine.state, at: point) }
  }

  /// Whether the state is that of the end of the log, for answers that append nothing.
  func confirm() -> AppendResult {
    guard shared != nil else { return .appended(machine.head) }
    do throws(EventLogError) {
      return try log.head().position == machine.head.position ? .appended(machine.head) : .conflict
    } catch {
      return .refused(RefusalReason(error))
    }
  }

  /// Brings the state to the end of the log, for reads.
  func bringUpToDate() -> EngineError? {
    guard shared != nil else { return nil }
    // Others may have gone on since; what they did is read once it is known where this host stands.
    if machine.unsettledAppend != nil { return .unavailable("unsettled") }
    do throws(EventLogError) {
      try catchUp()
      markAvailable()
      return nil
    } catch {
      markUnavailable("the log cannot be read: \(error)")
      return EngineError(error)
    }
  }

  /// The same after a lost race, also on a log that nobody should share; whether it worked.
  func catchUpAfterRace() -> Bool {
    do throws(EventLogError) {
      try catchUp()
      return true
    } catch {
      logger.error("the log cannot be read: \(error)")
      return false
    }
  }
}
