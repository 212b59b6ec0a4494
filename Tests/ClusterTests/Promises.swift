import CallbackCore
import EventLog

/// What no log may show, whoever wrote it: an offer of what is offered, to somebody who has one, or
/// a second grant.
enum Promises {
  /// Each break of a promise in the whole log, in words.
  static func broken(in log: any EventLogReader) throws(EventLogError) -> [String] {
    var found: [String] = []
    var state = CallCenter()
    var granted: [AttemptID: DialerID] = [:]
    var position: LogPosition = 0
    while case let page = try log.records(after: position, limit: 1_024), let last = page.last {
      for record in page {
        switch record.event {
        case .offerMade(let offer):
          if case .offered? = state.callback(offer.callback)?.state {
            found.append("\(record.position): \(offer.callback) is offered twice")
          }
          if let agent = state.agent(offer.agent), case .offered = agent.work {
            found.append("\(record.position): \(offer.agent) has two offers")
          }
        case .attemptGranted(let attempt, let dialer, _):
          if let other = granted.updateValue(dialer, forKey: attempt) {
            found.append("\(record.position): \(attempt) is granted to \(other) and \(dialer)")
          }
        default: break
        }
        state.apply(record)
      }
      position = last.position
    }
    return found + state.violations()
  }
}
