import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import EventLog
import UnixRPC

/// A change of the directory from a Greeting card: whose number, and what history keeps of it.
struct CardChange: Sendable {
  /// The number that is to belong to the record.
  let number: PhoneNumber.Line
  /// Where the call came in.
  let location: LocationID?
  /// What is done.
  let kind: Kind
  /// Who has the card open.
  let agent: AgentID?
  /// Who asks.
  let actor: Actor
  /// When.
  let at: WallTime
  /// What makes it repeatable; with an id of its own where the request has none.
  let request: ChangeRequest

  /// What a card does to a directory.
  enum Kind: Sendable {
    case startedLead, matched, unmatched
  }

  /// Reads what both changes have in common; what the request leaves out comes from its attempt.
  init(
    _ kind: Kind, _ request: some RepeatableRequest, _ path: String, number text: String,
    attempt: String, agent: String, location: String, of call: RPCCall, _ context: ServiceContext
  ) async throws {
    self.kind = kind
    let id: AttemptID? = try Field.optionalMadeIdentifier(attempt, "attempt_id")
    let found = try await Self.attempt(id, context)
    let named: LocationID? = try Field.optionalIdentifier(location, "location_id")
    self.location = named ?? found?.plan.value.location
    if let found, text.isEmpty {
      number = found.plan.value.number.line
    } else {
      number = try context.numbers.number(
        text, "number", in: context.numbers.region(of: self.location)
      ).line
    }
    self.agent = try Field.optionalIdentifier(agent, "agent_id") ?? found?.agent
    actor = Actor(userID: call.peer.uid)
    at = context.engine.clocks.wall
    let key = try request.key(for: actor)
    let fingerprint = request.fingerprint(path: path)
    self.request = ChangeRequest(
      id: "\(actor.userID):" + (key?.id ?? "once-\(UInt64.random(in: 0 ... .max))"),
      fingerprint: "\(fingerprint.high)-\(fingerprint.low)", at: at)
  }

  private static func attempt(
    _ id: AttemptID?, _ context: ServiceContext
  ) async throws -> Attempt? {
    guard let id else { return nil }
    return try await context.engine.read { state, point throws(Refusal) in
      guard let attempt = state.attempt(id) else {
        throw Refusal(.notFound(.attempt(id))).decided(at: point.position)
      }
      return attempt
    }
  }

  /// What history keeps of what came of it.
  func link(_ done: RecordChange) -> KeptLink {
    KeptLink(
      link: HistoryLink(
        number: number, recordID: done.record.id, startedLead: kind == .startedLead,
        unmatched: kind == .unmatched, agent: agent, actor: actor, at: at),
      tookNothing: kind == .unmatched && !done.hasChanged, answeredBefore: done.answeredBefore)
  }

  /// Keeps a change that the directory made after the call was answered PENDING; tries again for
  /// some minutes where the log takes nothing.
  func ended(
    _ result: Result<RecordChange, DirectoryError>, _ context: ServiceContext
  ) {
    switch result {
    case .success(let done): Task { await keep(link(done), context) }
    case .failure(let error):
      context.logger.error(
        "a pending change of the directory came to nothing", metadata: ["error": "\(error)"])
    }
  }

  private func keep(_ link: KeptLink, _ context: ServiceContext) async {
    do {
      _ = try await PatientTry.run { try await context.keep(link) }
    } catch is CancellationError {
    } catch {
      context.logger.error(
        "a pending change of the directory was made, but is not in the history",
        metadata: ["error": "\(error)"])
    }
  }
}

/// A link for the history.
struct KeptLink {
  let link: HistoryLink
  /// Whether a number was to be taken off that the record did not have.
  let tookNothing: Bool
  /// When the change was first asked for, where this repeats what was answered then.
  let answeredBefore: WallTime?
}

extension ServiceContext {
  /// Keeps in the caller's history that a number belongs to a record, or no longer does, once: a
  /// repeated request, and a number that the record had already, or never had, add nothing.
  func keep(_ kept: KeptLink) async throws -> LogPosition {
    // One after the other: of two calls with the same id neither would find what the other keeps.
    try await links.run { try await keepNow(kept) }
  }

  private func keepNow(_ kept: KeptLink) async throws -> LogPosition {
    let link = kept.link
    let known = try await engine.history(
      .number(e164: link.number.e164), limit: FieldLimits.historyPage.largest)
    let links = known.entries.compactMap { entry -> HistoryLink? in
      guard case .link(let kept) = entry.kind else { return nil }
      return kept.number == link.number && kept.recordID == link.recordID ? kept : nil
    }
    // What was kept of it then counts, whatever has happened since; none where a kill came between.
    if let first = kept.answeredBefore,
      links.contains(where: { $0.unmatched == link.unmatched && $0.at >= first })
    {
      return known.position
    }
    let newest = links.first
    let isKnown = newest.map { newest in
      newest.unmatched == link.unmatched && (newest.startedLead || !link.startedLead)
    }
    // A match that history knows is ended there all the same: the change may have been made by a
    // request that got no answer.
    if newest == nil, kept.tookNothing { return known.position }
    return isKnown == true ? known.position : try await engine.recordLink(link)
  }
}
