import CallbackCore
import EventLog

/// Holds a history of operations to the log that came of it (README, "What it promises"):
///
/// - replaying the log to the position of an answer gives the answer;
/// - an operation that ended before another began never has the higher position;
/// - nothing acknowledged is missing from the log, and nothing in it is half.
///
/// Takes time linear in the log and the history, but for sorting the history.
public enum OrderCheck {
  /// Records that are read at a time.
  private static let pageSize = 1_024

  /// Checks a history whose clients made everything that is in the log after `position`.
  ///
  /// - Parameters:
  ///   - state: the state at `position`; empty at the beginning of a log.
  public static func check(
    _ operations: [Operation], against log: any EventLogReader,
    from position: LogPosition = 0, state: CallCenter = CallCenter()
  ) throws(EventLogError) -> Findings {
    var findings = Findings()
    let answers = Answers()
    var told: [Told] = []
    for (index, operation) in operations.enumerated() {
      if let one = read(operation, index, answers, &findings) { told.append(one) }
    }
    RealTime.check(told, &findings)
    var walk = Walk(told, sent: sent(operations, answers), state: state)
    walk.begin(at: position)
    var end = position
    while case let page = try log.records(after: end, limit: pageSize), let last = page.last {
      for record in page { walk.follow(record) }
      end = last.position
    }
    walk.end(at: end)
    findings.add(walk.findings)
    return findings
  }

  /// How often each request id was sent.
  private static func sent(_ operations: [Operation], _ answers: Answers) -> [String: Int] {
    var sent: [String: Int] = [:]
    for operation in operations {
      let id = answers.requestID(operation)
      if !id.isEmpty { sent[id, default: 0] += 1 }
    }
    return sent
  }

  /// What an operation was told; nil where it was told nothing of the log.
  private static func read(
    _ operation: Operation, _ index: Int, _ answers: Answers, _ findings: inout Findings
  ) -> Told? {
    let reading: Answers.Reading?
    switch operation.outcome {
    case nil, .unknown:
      findings.unknown += 1
      return nil
    case .answered(let response):
      do {
        reading = try answers.read(operation.method, operation.request, response)
        if reading == nil { findings.add("\(index): nobody compares \(operation.method)") }
      } catch {
        findings.add("\(index): \(operation.method) cannot be read: \(error)")
        return nil
      }
    case .refused(let refused):
      do throws(Refusals.Unreadable) {
        reading = try Refusals.read(refused, of: operation)
        if reading != nil { findings.refusals += 1 }
      } catch {
        findings.add("\(index): \(operation.method): \(error.words)")
        return nil
      }
    }
    guard let reading else { return nil }
    return Told(
      index: index, operation: operation, position: reading.position,
      judgement: reading.judgement)
  }
}
