import CallbackCore
import CallbackEngine
import CallbackWire
import CallerDirectory
import EventLog

/// Tells the caller's record what became of a callback: once, and also after a restart.
///
/// It reads outcomes as a client would and keeps the place up to which it has written. What cannot
/// be written now is tried again for some minutes; a directory that refuses is passed over. While
/// outcomes cannot be read, or the place not be kept, it waits and goes on from where it was. Of
/// several hosts on one log the oldest writes; what ended in the moment in which that one dies may
/// go without its note.
struct FinishedNotes: Sendable {
  /// How long it waits where outcomes cannot be read or the place not be kept.
  private static let patience = Duration.seconds(3)

  let context: ServiceContext
  let ledger: ChangeLedger

  func run() async {
    var place: (position: LogPosition, isKept: Bool)?
    // Said once each, until all goes well again.
    var complaints: Set<String> = []
    // Said once each: why records get no notes.
    var reasons: Set<String> = []
    while !Task.isCancelled {
      do {
        let (position, isKept) = if let place { place } else { (try await start(), true) }
        place = (position, isKept)
        if !isKept { try ledger.keepNoted(through: token(position)) }
        place = (position, true)
        complaints = []
        let page = try await context.engine.outcomes(after: position, limit: 64)
        for entry in page.outcomes where context.engine.isFirstHost {
          await note(entry, &reasons)
        }
        if Task.isCancelled { return }
        place = (page.upTo, false)
      } catch {
        switch error {
        case FeedError.engine(.stopping), EngineError.stopping: return
        case FeedError.tooOld, FeedError.ahead:
          context.logger.error("no more notes are written", metadata: ["error": "\(error)"])
          return
        default: break
        }
        if complaints.insert(Refusal(anyError: error).reasonName).inserted {
          context.logger.error("notes wait", metadata: ["error": "\(error)"])
        }
        do { try await Task.sleep(for: Self.patience) } catch { return }
      }
    }
  }

  /// The place that was kept; the end of the log where there is none, or it is of another log.
  private func start() async throws -> LogPosition {
    let end = try await context.position()
    guard let text = try ledger.notedThrough(),
      let kept = try? ResumeToken(text: text, "noted"),
      kept.lineage == context.engine.lineage.bytes, kept.position <= end
    else {
      try ledger.keepNoted(through: token(end))
      return end
    }
    return kept.position
  }

  private func token(_ position: LogPosition) -> String {
    ResumeToken(lineage: context.engine.lineage.bytes, position: position).text
  }

  private func note(_ entry: OutcomeEntry, _ reasons: inout Set<String>) async {
    guard let words = Self.words(entry) else { return }
    let request = ChangeRequest(
      id: "note:\(entry.callback.text):\(entry.attempt?.text ?? String(entry.position))",
      at: entry.occurredAt)
    do {
      try await PatientTry.run {
        guard let record = try await recordID(entry) else { return }
        try await context.resolver.addNote(words, to: record, request)
      }
    } catch DirectoryError.unsupported(let reason) {
      if reasons.insert(reason).inserted {
        context.logger.warning("a record gets no notes", metadata: ["reason": "\(reason)"])
      }
    } catch is CancellationError {
    } catch {
      context.logger.warning(
        "a note on a callback is lost",
        metadata: ["callback": "\(entry.callback)", "error": "\(error)"])
    }
  }

  private func recordID(_ entry: OutcomeEntry) async throws -> String? {
    let history = try await context.engine.history(
      .number(e164: entry.number.e164), limit: FieldLimits.historyPage.largest)
    let links = history.entries.compactMap { kept -> HistoryLink? in
      if case .link(let link) = kept.kind { link } else { nil }
    }
    let callback = try await context.engine.finishedCallback(entry.callback)?.callback
    return Self.recordID(links, else: callback?.resolution.value.matches.map(\.recordID) ?? [])
  }

  /// The record that the number was last matched to, else the one that the ranking put first; none
  /// that the number was taken off since.
  ///
  /// - Parameter links: the newest first.
  static func recordID(_ links: [HistoryLink], else ranked: [String]) -> String? {
    var takenOff: Set<String> = []
    for link in links where !takenOff.contains(link.recordID) {
      if !link.unmatched { return link.recordID }
      takenOff.insert(link.recordID)
    }
    return ranked.first { !takenOff.contains($0) }
  }

  /// The note; nil where the callback goes on, or was told of already.
  static func words(_ entry: OutcomeEntry) -> String? {
    let agent = entry.agent.map { ", agent \($0.rawValue)" } ?? ""
    guard let end = end(of: entry) else { return nil }
    return "Callback to \(entry.number.e164) \(end)\(agent), queue \(entry.queue.rawValue)."
  }

  private static func end(of entry: OutcomeEntry) -> String? {
    if let outcome = entry.outcome {
      switch outcome {
      case .answered: return "answered"
      case .voicemail: return "reached voicemail"
      case .busy, .noAnswer, .rejected, .invalidNumber, .congestion, .failed, .cancelled,
        .agentSide, .notDialled, .notClaimed, .answeredEndUnknown, .unknown:
        return nil
      }
    }
    guard case .finished(let result) = entry.state else { return nil }
    switch result {
    case .exhausted: return "given up after the last attempt"
    case .cancelled: return "cancelled"
    case .callerReached: return "over, since the caller phoned in"
    case .expired: return "expired"
    case .answered, .answeredEndUnknown, .voicemail, .merged: return nil
    }
  }
}
