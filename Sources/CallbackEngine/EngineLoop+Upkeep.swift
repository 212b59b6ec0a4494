import CallbackCore
import EventLog

/// What the log needs beside appends: checkpoints, snapshots, dropping what need not be kept.
extension EngineLoop {
  /// Work for after the answers: checkpoints, snapshots, dropping what need not be kept.
  func settleDown() {
    guard machine.unsettledAppend == nil else { return }
    probe()
    do throws(EventLogError) { try log.maintain() } catch {
      logger.warning("maintenance of the log failed: \(error)")
    }
    // Of several hosts the first does it for all.
    guard hosts.rank == 0 else { return }
    if machine.head.position - snapshotPosition >= UInt64(configuration.snapshotEvery) {
      saveSnapshot()
    } else if dropping.wantsLook(at: configuration.clock.uptime()) {
      look(forExpiredUpTo: machine.head.position)
    }
    drop()
  }

  func saveSnapshot() {
    guard machine.unsettledAppend == nil, machine.head.position > snapshotPosition else { return }
    // Also where it fails the next try is not before as many records again.
    snapshotPosition = machine.head.position
    do throws(EventLogError) {
      let state = machine.state.snapshot(answersFrom: try log.answersKept())
      try log.save(LogSnapshot(head: machine.head, state: state))
      let position = snapshotPosition
      opened.board.update { $0.snapshotPosition = position }
      dropping.covered = snapshotPosition
      look(forExpiredUpTo: snapshotPosition)
    } catch {
      logger.warning("the snapshot at \(snapshotPosition) was not kept: \(error)")
    }
  }

  /// Finds what has grown older than it must; where no snapshot covers that yet, makes one.
  private func look(forExpiredUpTo position: LogPosition) {
    do throws(EventLogError) {
      let isUncovered = try dropping.look(
        in: log, upTo: position, at: opened.timer.now().wall,
        uptime: configuration.clock.uptime())
      if isUncovered { saveSnapshot() }
    } catch {
      logger.warning("the log cannot be looked through for what has expired: \(error)")
    }
  }

  private func drop() {
    do throws(EventLogError) { try dropping.drop(in: log) } catch {
      logger.warning("records up to \(dropping.upTo) were not dropped: \(error)")
    }
  }

  func dropToEnd() {
    while dropping.isDue { drop() }
  }
}
