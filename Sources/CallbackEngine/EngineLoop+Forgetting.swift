import CallbackCore
import EventLog

/// Forgetting a number: it is decided, then erased.
///
/// Between the two anything may happen, a kill above all. So the log keeps the number as due, from
/// the transaction of the decision to that of the erasing: whoever finds one due does the rest, and
/// may do it again. The records never say the number, so that no snapshot, retention or replay has
/// to know of this.
extension EngineLoop {
  /// Decides in a turn of its own; from then on the state holds nothing of the number.
  func forget(_ forget: Forget) {
    guard machine.unsettledAppend == nil else {
      return forget.completion(.failure(.unavailable("unsettled")))
    }
    var result: Result<Answer, EngineError> = .failure(.stopping)
    let due = DueForgetting(
      e164: forget.e164, actor: forget.submission.actor, at: opened.timer.now().wall,
      request: forget.request)
    turn([(forget.submission, { result = $0 })], forgetting: due)
    do throws(EngineError) {
      let answer = try result.get()
      guard case .success = answer.outcome else {
        return forget.completion(.success(ForgetAnswer(answer: answer, id: nil)))
      }
      let id = try id(of: due)
      forget.completion(.success(ForgetAnswer(answer: answer, id: id)))
    } catch {
      forget.completion(.failure(error))
    }
  }

  /// Which forgetting it is: the one that was kept now, or of a repeated request with the decision.
  private func id(of due: DueForgetting) throws(EngineError) -> UInt64 {
    if let id = try kept(due.request) { return id }
    // Decided by a program that did not keep it, and did not come to its end.
    _ = try turn([], forgetting: due).get()
    guard let id = try kept(due.request) else { throw .unavailable("nothing is to be forgotten") }
    return id
  }

  private func kept(_ request: Fingerprint) throws(EngineError) -> UInt64? {
    do throws(EventLogError) {
      return try log.forgetting(by: request)
    } catch {
      throw EngineError(error)
    }
  }

  /// Takes out of the log what the state no longer holds.
  func erase(_ erasure: Erasure) {
    // Read up to its end the state is behind the decision, which was in the log before.
    let failure = machine.unsettledAppend != nil ? .unavailable("unsettled") : bringUpToDate()
    if let failure { return erasure.completion(.failure(failure)) }
    opened.board.update { $0.isErasing = true }
    defer { opened.board.update { $0.isErasing = false } }
    do throws(EventLogError) {
      let entry = try log.finishForgetting(
        erasure.id,
        leaving: LogSnapshot(head: machine.head, state: machine.state.snapshot())
      ) {
        snapshotPosition = machine.head.position
        dropping.covered = snapshotPosition
        opened.feed.forget(upTo: machine.head.position)
      }
      erasure.completion(.success(entry))
    } catch {
      logger.error("a number could not be forgotten: \(error)")
      erasure.completion(.failure(EngineError(error)))
    }
  }
}

extension Event {
  /// Whether a number was forgotten.
  var isForgetting: Bool {
    if case .callerForgotten = self { true } else { false }
  }
}
