import CallbackCore
import Testing

/// DOMAIN, "Dialling", with `reported`.
@Suite("Dialling as reported")
struct ReportedDiallingTests {
  @Test(
    "each outcome has its gap before the next attempt",
    arguments: [
      (AttemptOutcome.busy, Span.minutes(5)), (.noAnswer, .minutes(10)),
      (.rejected, .minutes(10)), (.congestion, .minutes(2)), (.failed, .minutes(2)),
      (.invalidNumber, .hours(24)),
    ])
  func gaps(outcome: AttemptOutcome, gap: Span) {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .notConnected, outcome)
    #expect(scene.state(id) == .retryWait(until: scene.now + gap))
    #expect(scene.center.callback(id)?.attemptsCounted == 1)
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(30)))
    scene.pass(gap)
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("a gap doubles with each equal outcome in a row, at most to 4 h, and begins anew")
  func doubling() {
    let settings = QueueSettings()
    let minutes = (0...6).map {
      settings.gap(after: .busy, equalBefore: UInt32($0)).milliseconds / 60_000
    }
    #expect(minutes == [5, 10, 20, 40, 80, 160, 240])
    #expect(settings.gap(after: .invalidNumber, equalBefore: 3) == .hours(24))
    var scene = Scene.standard { $0.cooldownAfterCallback = .zero }
    let id = scene.request()
    for (outcome, gap) in [
      (AttemptOutcome.busy, Span.minutes(5)), (.busy, .minutes(10)), (.failed, .minutes(2)),
      (.busy, .minutes(5)),
    ] {
      scene.report(scene.accept(anna), .notConnected, outcome)
      #expect(scene.state(id) == .retryWait(until: scene.now + gap))
      scene.pass(gap)
    }
  }

  @Test("attempts are unlimited by default; a limit ends the callback as exhausted")
  func exhausted() {
    var scene = Scene.standard {
      $0.maxAttempts = 2
      $0.cooldownAfterCallback = .zero
    }
    let id = scene.request()
    scene.report(scene.accept(anna), .notConnected, .busy)
    scene.pass(.minutes(5))
    scene.report(scene.accept(anna), .notConnected, .noAnswer)
    #expect(scene.state(id) == .finished(.exhausted))
    #expect(scene.center.callback(id)?.attemptsCounted == 2)
  }

  @Test("an agent-side failure is no attempt, has no gap, and sets No answer")
  func agentSide() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request()
    scene.report(scene.accept(anna), .notConnected, .agentSide)
    #expect(scene.center.callback(id)?.attemptsStarted == 1)
    #expect(scene.center.callback(id)?.attemptsCounted == 0)
    #expect(scene.status(anna) == .notAnswering)
    #expect(scene.offer(to: ben)?.callback == id)
  }

  @Test("an agent's leg that nobody answers is agent side, whatever cause the network gives")
  func agentLegCause() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.must(
      .reportAttempt(
        AttemptReport(
          attempt: attempt, sequence: 1, kind: .ended, leg: .agent, cause: DialCause(q850: 19)),
        dialer: nil))
    #expect(scene.center.callback(id)?.attemptsCounted == 0)
    #expect(scene.state(id) == .queued)
    #expect(scene.status(anna) == .notAnswering)
  }

  @Test("an agent who picked up and hung up first is no failed leg, but is passed over")
  func hungUpFirst() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.must(
      .reportAttempt(
        AttemptReport(
          attempt: attempt, sequence: 1, kind: .ended, cause: DialCause(q850: 16),
          agentHungUpFirst: true), dialer: nil))
    #expect(scene.status(anna) == .ready)
    #expect(scene.state(id) == .queued)
    scene.pass(.seconds(60))
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("an older sequence is ignored; repeating one is harmless")
  func sequences() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    let answered = Command.reportAttempt(
      AttemptReport(attempt: attempt, sequence: 5, kind: .answered), dialer: nil)
    scene.must(answered)
    let old = Command.reportAttempt(
      AttemptReport(attempt: attempt, sequence: 4, kind: .notConnected, outcome: .busy),
      dialer: nil)
    for command in [old, answered] {
      guard case .reported(let reply) = scene.must(command) else { return }
      #expect(!reply.applied)
      #expect(scene.state(id) == .connected(attempt))
    }
  }

  @Test("completion needs a report of answered or voicemail, never a cause alone")
  func causeAlone() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.must(
      .reportAttempt(
        AttemptReport(attempt: attempt, sequence: 1, kind: .ended, cause: DialCause(q850: 16)),
        dialer: nil))
    #expect(scene.center.callback(id)?.lastOutcome == .noAnswer)
    #expect(scene.state(id) == .retryWait(until: scene.now + .minutes(10)))
    var other = Scene.standard()
    other.request()
    let running = other.accept(anna)
    #expect(
      other.refusal(
        .reportAttempt(
          AttemptReport(attempt: running, sequence: 1, kind: .notConnected, outcome: .answered),
          dialer: nil)) == .invalid(field: "outcome", reason: "cannot be reported so"))
  }

  @Test("the end may say in one report that it was answered")
  func answeredAndEnded() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.report(scene.accept(anna), .ended, .answered)
    #expect(scene.state(id) == .finished(.answered))
  }

  @Test("a fax after the answer is counted and retried")
  func fax() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .answered)
    scene.report(attempt, .fax)
    #expect(scene.state(id) == .retryWait(until: scene.now + .minutes(2)))
    #expect(scene.center.callback(id)?.attemptsCounted == 1)
  }

  @Test("no report 15 min after the accept: UNCERTAIN, agent to cooldown, not dialled again")
  func uncertain() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.pass(.minutes(15))
    #expect(scene.state(id) == .uncertain(attempt))
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(30)))
    scene.pass(.hours(12))
    #expect(scene.state(id) == .uncertain(attempt))
    #expect(scene.status(anna) == .ready)
  }

  @Test("a late report settles UNCERTAIN as reported")
  func lateReport() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.pass(.minutes(20))
    scene.report(attempt, .notConnected, .busy)
    #expect(scene.state(id) == .retryWait(until: scene.now + .minutes(5)))
    #expect(scene.status(anna) == .ready, "no second cooldown")
  }

  @Test(
    "an operator settles UNCERTAIN",
    arguments: [
      (AttemptOutcome.answered, CallbackResult.answered), (.voicemail, .voicemail),
    ])
  func settled(outcome: AttemptOutcome, result: CallbackResult) {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    #expect(
      scene.refusal(.settleAttempt(attempt, outcome)) == .attemptPhase(attempt, .dialing))
    scene.pass(.minutes(20))
    scene.must(.settleAttempt(attempt, outcome))
    #expect(scene.state(id) == .finished(result))
  }

  @Test("settling as not dialled queues it again, not counted")
  func settledNotDialled() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.pass(.minutes(20))
    scene.must(.settleAttempt(attempt, .notDialled))
    #expect(scene.offer(to: anna)?.callback == id)
    #expect(scene.center.callback(id)?.attemptsCounted == 0)
  }

  @Test("the caller who asks again queues an UNCERTAIN callback")
  func uncertainAskedAgain() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.accept(anna)
    scene.pass(.minutes(20))
    #expect(scene.request() == id)
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("a call without end is ended after the limit")
  func callLimit() {
    var scene = Scene.standard { $0.callLimit = .hours(1) }
    let id = scene.request()
    scene.report(scene.accept(anna), .answered)
    scene.pass(.hours(1))
    #expect(scene.state(id) == .finished(.answeredEndUnknown))
    #expect(scene.status(anna) != .onOtherCall)
  }

  @Test("a disposition is kept with the attempt and never reopens a callback")
  func disposition() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.finishCall(attempt)
    scene.must(.recordDisposition(attempt, Disposition(kind: .wrongNumber, note: "a bakery")))
    #expect(scene.center.attempt(attempt)?.disposition?.kind == .wrongNumber)
    #expect(scene.state(id) == .finished(.answered))
  }
}

/// DOMAIN, the table of causes.
@Suite("A cause")
struct CauseTests {
  @Test(
    "of Q.850 means an outcome",
    arguments: [
      (17, AttemptOutcome.busy), (18, .noAnswer), (19, .noAnswer), (20, .noAnswer),
      (27, .noAnswer), (16, .noAnswer), (31, .noAnswer), (21, .rejected), (1, .invalidNumber),
      (3, .invalidNumber), (22, .invalidNumber), (28, .invalidNumber), (34, .congestion),
      (38, .congestion), (41, .congestion), (42, .congestion), (2, .failed), (127, .failed),
    ])
  func q850(cause: Int, outcome: AttemptOutcome) {
    let told = DialCause(q850: UInt16(cause)).outcome(agentHungUpFirst: false, wasCancelled: false)
    #expect(told == outcome)
  }

  @Test(
    "of SIP means an outcome",
    arguments: [
      (486, AttemptOutcome.busy), (600, .busy), (408, .noAnswer), (480, .noAnswer),
      (603, .rejected), (404, .invalidNumber), (410, .invalidNumber), (484, .invalidNumber),
      (604, .invalidNumber), (500, .congestion), (502, .congestion), (504, .congestion),
      (487, .agentSide), (403, .failed), (599, .failed),
    ])
  func sip(status: Int, outcome: AttemptOutcome) {
    let told = DialCause(sip: UInt16(status)).outcome(agentHungUpFirst: false, wasCancelled: false)
    #expect(told == outcome)
  }

  @Test("16 and 31 are the agent's side if the agent hung up first; 487 is ours after a cancel")
  func sides() {
    for cause in [DialCause(q850: 16), DialCause(q850: 31), .none] {
      #expect(cause.outcome(agentHungUpFirst: true, wasCancelled: false) == .agentSide)
    }
    #expect(
      DialCause(sip: 487).outcome(agentHungUpFirst: false, wasCancelled: true) == .cancelled)
    #expect(DialCause.none.outcome(agentHungUpFirst: false, wasCancelled: false) == .failed)
  }
}
