import CallbackCore
import CallbackEngine
import EventLog
import SQLiteEventLog
import TestSupport
import Testing

@Suite struct EngineHistoryTests {
  let directory = TemporaryDirectory()

  private func engine() async throws -> Engine {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let engine = try await Engine.testing(store)
    _ = try await engine.reply(.put(queue: "q"))
    return engine
  }

  private func callbacks(_ page: HistoryPage) -> [Callback] {
    page.entries.compactMap {
      if case .callback(let kept) = $0.kind { kept.callback } else { nil }
    }
  }

  @Test func aNumbersHistoryHoldsWhatIsLiveAndWhatHasEnded() async throws {
    let engine = try await engine()
    let first = try await engine.request("+15550100")
    _ = try await engine.reply(.cancel(first))
    let second = try await engine.request("+15550100")
    let page = try await engine.history(.number(e164: "+15550100"), limit: 10)
    #expect(callbacks(page).map(\.id) == [second, first])
    #expect(callbacks(page).map(\.state) == [.queued, .finished(.cancelled)])
    #expect(page.next == nil)
    let kept = try #require(try await engine.finishedCallback(first))
    #expect(kept.callback.state == .finished(.cancelled))
    await engine.stop()
  }

  @Test func pagesFollowOneAnother() async throws {
    let engine = try await engine()
    for _ in 0..<5 { _ = try await engine.reply(.cancel(try await engine.request("+15550100"))) }
    var found: [Callback] = []
    var cursor: HistoryCursor?
    var pages = 0
    repeat {
      let page = try await engine.history(
        .number(e164: "+15550100"), before: cursor, limit: 2)
      found += callbacks(page)
      cursor = page.next
      pages += 1
    } while cursor != nil
    #expect(found.count == 5)
    #expect(Set(found.map(\.id)).count == 5)
    #expect(pages == 3)
    await engine.stop()
  }

  @Test func aWholeLifeIsInTheHistoryOfNumberAndAgent() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let offer = try await engine.requestOffered("+15550100").offer
    let accept = Submission.accept(offer, by: "anna")
    guard case .accepted(let accepted) = try await engine.reply(accept) else { throw Unexpected() }
    let running = try await engine.history(.number(e164: "+15550100"))
    guard case .callback(let live)? = running.entries.first?.kind else { throw Unexpected() }
    #expect(live.attempts.map(\.id) == [accepted.attempt])
    for (sequence, kind) in [(1, AttemptReport.Kind.answered), (2, .ended)] {
      let report = AttemptReport(
        attempt: accepted.attempt, sequence: UInt32(sequence), kind: kind)
      _ = try await engine.reply(
        Submission(.reportAttempt(report, dialer: nil), actor: Submission.tester))
    }
    let disposition = Disposition(kind: .followUp, note: "tomorrow")
    _ = try await engine.reply(
      Submission(
        .recordDisposition(accepted.attempt, disposition), actor: Submission.tester))
    let page = try await engine.history(.agent(AgentID("anna")))
    guard case .callback(let ended)? = page.entries.first?.kind else { throw Unexpected() }
    #expect(ended.callback.state == .finished(.answered))
    #expect(ended.attempts.first?.outcome == .answered)
    #expect(ended.attempts.first?.disposition == disposition)
    let outcomes = try await engine.outcomes(after: 0).outcomes
    #expect(outcomes.map(\.outcome) == [.answered, nil])
    await engine.stop()
  }

  /// Voicemail ends the callback, and its attempt runs on until the agent hangs up.
  @Test func whatReachedVoicemailIsInTheHistoryWhileItRuns() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let offer = try await engine.requestOffered("+15550100").offer
    let accept = Submission.accept(offer, by: "anna")
    guard case .accepted(let accepted) = try await engine.reply(accept) else { throw Unexpected() }
    let report = AttemptReport(attempt: accepted.attempt, sequence: 1, kind: .voicemail)
    _ = try await engine.reply(
      Submission(.reportAttempt(report, dialer: nil), actor: Submission.tester))
    let page = try await engine.history(.number(e164: "+15550100"))
    guard case .callback(let kept)? = page.entries.first?.kind else { throw Unexpected() }
    #expect(kept.callback.state == .finished(.voicemail))
    #expect(kept.attempts.map(\.id) == [accepted.attempt])
    #expect(kept.attempts.map(\.phase) == [.talking])
    await engine.stop()
  }

  @Test func aLinkIsDurableWhenItsPositionIsKnown() async throws {
    let link = HistoryLink(
      number: PhoneNumber.Line(e164: "+15550100"), recordID: "L-1", startedLead: true,
      agent: AgentID("anna"), actor: Submission.tester, at: WallTime(5))
    do {
      let engine = try await engine()
      _ = try await engine.recordLink(link)
      await engine.stop()
    }
    let engine = try await engine()
    let page = try await engine.history(.number(e164: "+15550100"))
    #expect(page.entries.map(\.kind) == [.link(link)])
    await engine.stop()
  }
}
