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

  /// Decides in a turn of its own, then takes out of the log what the state no longer holds.
  func forget(_ forget: Forget) {
    guard machine.unsettledAppend == nil else {
      return forget.completion(.failure(.unavailable("unsettled")))
    }
    var result: Result<Answer, EngineError> = .failure(.stopping)
    let records = turn([(forget.submission, { result = $0 })], links: []).records
    do throws(EngineError) {
      let answer = try result.get()
      guard case .success = answer.outcome else {
        return forget.completion(.success(ForgetAnswer(answer: answer, entry: nil)))
      }
      let entry = try erase(
        forget, isRepeated: !records.contains { $0.event.isForgetting })
      forget.completion(.success(ForgetAnswer(answer: answer, entry: entry)))
    } catch {
      forget.completion(.failure(error))
    }
  }

  private func erase(
    _ forget: Forget, isRepeated: Bool
  ) throws(EngineError) -> ForgettingEntry {
    let forgetting = Forgetting(
      e164: forget.e164, actor: forget.submission.actor, at: opened.timer.now().wall,
      request: forget.request, isRepeated: isRepeated,
      snapshot: LogSnapshot(head: machine.head, state: machine.state.snapshot()))
    opened.board.update { $0.isErasing = true }
    defer { opened.board.update { $0.isErasing = false } }
    do throws(EventLogError) {
      let entry = try log.forget(forgetting)
      snapshotPosition = machine.head.position
      dropping.covered = snapshotPosition
      opened.feed.forget(upTo: machine.head.position)
      return entry
    } catch {
      logger.error("a number could not be forgotten: \(error)")
      throw EngineError(error)
    }
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
