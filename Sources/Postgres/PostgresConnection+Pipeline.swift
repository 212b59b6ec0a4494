import CPostgreSQL

/// How a pipeline ended.
public enum PipelineResult {
  /// All of it is committed; the rows of each step.
  case committed([PostgresRows])
  /// The server refused a step, and so none of it was done.
  case refused(step: Int, PostgresError)
  /// The connection ended before it was clear whether the transaction was committed.
  case unknown(PostgresError)
}

extension PostgresConnection {
  /// Runs statements in one transaction and one round trip; ends the transaction that is open, where
  /// one is.
  ///
  /// The server commits when it reads the end of the pipeline, or the commit before it, and answers
  /// that last: whoever has the answer to that knows, and whoever has an error for a step knows as
  /// well.
  /// - Throws: what went wrong before anything was sent that could have been committed.
  public func transaction(
    _ steps: [(statement: PostgresStatement, values: [PostgresValue])], deadline: Deadline
  ) throws(PostgresError) -> PipelineResult {
    for step in steps { try prepare(step.statement, deadline) }
    let isOpen = isInTransaction
    if isOpen { try prepare(Self.commit, deadline) }
    guard PQenterPipelineMode(handle) == 1 else { throw lost("asking") }
    for step in steps {
      // Without its end the server commits nothing of it.
      guard send(step.statement, step.values) else { throw lost("asking") }
    }
    do throws(PostgresError) {
      if isOpen { guard send(Self.commit, []) else { throw lost("asking") } }
      guard PQpipelineSync(handle) == 1 else { throw lost("asking") }
      try flush(deadline)
      let result = try outcome(of: steps.count, committed: isOpen, deadline)
      // An open transaction that has failed waits for its end.
      if PQtransactionStatus(handle) == PQTRANS_INERROR {
        try execute("ROLLBACK", deadline: deadline)
      }
      return result
    } catch {
      return .unknown(error)
    }
  }

  private static let commit = PostgresStatement("commit", "COMMIT")

  /// - Parameter committed: whether a commit of its own stands behind the steps.
  private func outcome(
    of steps: Int, committed: Bool, _ deadline: Deadline
  ) throws(PostgresError) -> PipelineResult {
    var rows: [PostgresRows] = []
    var refusal: (step: Int, error: PostgresError)?
    var step = 0
    while true {
      guard let result = try nextResult(deadline) else {
        // The end of one step's results; two in a row come only from a dead connection.
        step += 1
        guard step <= steps + (committed ? 1 : 0), PQstatus(handle) == CONNECTION_OK else {
          throw lost("reading")
        }
        continue
      }
      if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
        PQclear(result)
        guard PQexitPipelineMode(handle) == 1 else { throw lost("reading") }
        if let refusal { return .refused(step: refusal.step, refusal.error) }
        return .committed(rows)
      }
      let taken = PostgresRows(result)
      guard refusal == nil, let error = self.refusal(of: result) else {
        if step < steps { rows.append(taken) }
        continue
      }
      // After the last step only the commit is left, and that may have been done.
      guard case .server(let state, _) = error, step < steps else { throw error }
      refusal = (step, error)
      // The server reads no further: surely nothing was committed.
      if Self.endsConnection(state) { return .refused(step: step, error) }
    }
  }

  /// Class 57P: the server stops or ends the session, and answers nothing more.
  private static func endsConnection(_ state: String) -> Bool { state.hasPrefix("57P") }
}
