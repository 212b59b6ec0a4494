import CallbackCore
import CallbackEngine
import EventLog
import Synchronization

/// Counts what this host has made durable since its start: offers by how they ended, attempts by outcome.
final class ServiceTally: EngineObserver {
  /// What was counted.
  struct Counts: Sendable {
    var offersMade: UInt64 = 0
    var offersAccepted: UInt64 = 0
    var offersRejected: UInt64 = 0
    var offersTimedOut: UInt64 = 0
    var offersWithdrawn: UInt64 = 0
    var outcomes: [AttemptOutcome: UInt64] = [:]
  }

  private let state = Mutex(Counts())

  /// The counts now.
  var counts: Counts { state.withLock { $0 } }

  func began(_ state: borrowing CallCenter, at point: ReadPoint) {}

  func appended(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint) {
    self.state.withLock { counts in for record in records { counts.note(record.event) } }
  }

  /// The host that appended it counts it.
  func adopted(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint) {}

  func ended() {}
}

extension ServiceTally.Counts {
  fileprivate mutating func note(_ event: Event) {
    switch event {
    case .offerMade: offersMade += 1
    case .offerAccepted: offersAccepted += 1
    case .offerClosed(let offer, _):
      switch offer.state {
      case .rejected: offersRejected += 1
      case .timedOut: offersTimedOut += 1
      case .withdrawn: offersWithdrawn += 1
      case .pending, .accepted: break
      }
    case .attemptEnded(let attempt): outcomes[attempt.outcome ?? .unknown, default: 0] += 1
    default: break
    }
  }
}
