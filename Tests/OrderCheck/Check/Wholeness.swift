import CallbackCore
import EventLog

/// Watches that the log holds commands whole: what a command did, then the reply that is remembered
/// under its request id; never the one without the other.
///
/// Everybody whose log this is gives request ids.
struct Wholeness {
  /// Something that only a command with a request id does.
  private enum Effect: Hashable {
    case requested(CallbackID)
    case merged(CallbackID)
    case changed(CallbackID)
    case cancelled(CallbackID)
    case accepted(OfferID)
    case rejected(OfferID)
    case reported(AttemptID, UInt32)
    case disposed(AttemptID)
  }

  /// What is half and was not taken yet.
  private var faults: [String] = []
  /// Effects whose reply has not come yet.
  private var open: Set<Effect> = []
  private var openSince: LogPosition = 0

  mutating func follow(_ record: EventRecord) {
    if case .replyRemembered(let key, _, let reply) = record.event {
      close(with: reply, of: key.id, at: record.position)
    } else if record.stamp.actor == .service {
      // The service acts between two commands, never within one.
      lose(at: record.position)
    } else if let effect = effect(of: record.event) {
      if open.isEmpty { openSince = record.position }
      open.insert(effect)
    }
  }

  /// What was found to be half since this was last asked.
  mutating func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  /// The log ends here.
  mutating func end(at position: LogPosition) { lose(at: position) }

  private mutating func lose(at position: LogPosition) {
    guard !open.isEmpty else { return }
    faults.append(
      "half a command: \(open.map { "\($0)" }.sorted()) since \(openSince) without a reply up to "
        + "\(position)")
    open = []
  }

  private mutating func close(with reply: Reply, of id: String, at position: LogPosition) {
    defer { open = [] }
    let allowed: Set<Effect>
    var isNeeded = false
    switch reply {
    case .requested(let kept):
      guard let callback = kept.callback else { return }
      allowed = [kept.merged ? .merged(callback) : .requested(callback)]
      isNeeded = true
    case .callback(let kept): return allowAny(of: kept.id)
    case .cancelled(let callback, _): allowed = [.cancelled(callback)]
    case .accepted(let kept): allowed = [.accepted(kept.offer)]
    case .rejected(let offer, _): allowed = [.rejected(offer)]
    case .reported(let kept):
      allowed = [.reported(kept.attempt, kept.sequence)]
      isNeeded = kept.applied
      // The end of a call carries out a cancel that waited for it.
      open = open.filter { if case .cancelled = $0 { false } else { true } }
    case .done:
      // A disposition answers with nothing more than that.
      guard let effect = open.first, open.count == 1, case .disposed = effect else {
        return refuse(id, reply, position, unless: open.isEmpty)
      }
      return
    case .callerReached, .agent, .sessionOpened, .dialerAttached, .granted, .revoked, .forgotten,
      .put:
      allowed = []
    }
    refuse(id, reply, position, unless: open.isSubset(of: allowed))
    refuse(id, reply, position, unless: !isNeeded || open == allowed)
  }

  /// A change of a callback: of the one named, or of one that merged into it.
  private mutating func allowAny(of id: CallbackID) {
    let others = open.filter { if case .changed = $0 { false } else { true } }
    if !others.isEmpty { faults.append("a change of \(id) did \(others)") }
  }

  private mutating func refuse(
    _ id: String, _ reply: Reply, _ position: LogPosition, unless isRight: Bool
  ) {
    guard !isRight else { return }
    faults.append("request \(id) did \(open), and replied \(reply) at \(position)")
  }

  private func effect(of event: Event) -> Effect? {
    switch event {
    case .callbackRequested(let callback): .requested(callback.id)
    case .requestMerged(let change): .merged(change.id)
    case .callbackUpdated(let change), .callbackRequeued(let change): .changed(change.id)
    case .callbackFinished(let callback) where callback.state == .finished(.cancelled):
      .cancelled(callback.id)
    case .endRequested(let id, .cancelled): .cancelled(id)
    case .offerAccepted(let offer, _): .accepted(offer.id)
    case .offerClosed(let offer, _) where offer.state == .rejected: .rejected(offer.id)
    case .attemptReported(let report, nil): .reported(report.attempt, report.sequence)
    case .dispositionRecorded(let attempt): .disposed(attempt.id)
    default: nil
    }
  }
}
