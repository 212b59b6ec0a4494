import CallbackCore
import CallbackEngine
import EventLog

/// The agents' desktops: accept every offer at once, report an answer, then the end.
final class Desktops: EngineObserver {
  private let engine: Engine

  init(engine: Engine) { self.engine = engine }

  func began(_ state: borrowing CallCenter, at point: ReadPoint) {}

  func appended(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint) {
    for case .offerMade(let offer) in records.map(\.event) { accept(offer) }
  }

  func ended() {}

  private func accept(_ offer: Offer) {
    let submission = Submission(
      .acceptOffer(offer.id, agent: offer.agent, session: nil), actor: CrashWriter.actor)
    engine.submit(submission) { [self] result in
      guard case .success(let answer) = result, case .accepted(let accepted)? = try? answer.get()
      else { return }
      CrashWriter.say("accept \(offer.id.text) \(accepted.attempt.text)")
      report(accepted.attempt, [.answered, .ended], sequence: 1)
    }
  }

  private func report(_ attempt: AttemptID, _ kinds: [AttemptReport.Kind], sequence: UInt32) {
    guard let kind = kinds.first else { return }
    let report = AttemptReport(attempt: attempt, sequence: sequence, kind: kind)
    let submission = Submission(.reportAttempt(report, dialer: nil), actor: CrashWriter.actor)
    engine.submit(submission) { [self] _ in
      self.report(attempt, Array(kinds.dropFirst()), sequence: sequence + 1)
    }
  }
}
