import CallbackCore
import Testing

/// DOMAIN, "Dialling", with `connector`.
@Suite("Dialling by connector")
struct ConnectorTests {
  private static func scene(
    attached: Bool = true, _ configure: (inout QueueOverrides) -> Void = { _ in }
  ) -> Scene {
    var scene = Scene.standard {
      $0.dialing = .connector
      configure(&$0)
    }
    if attached { scene.attach(switchboard) }
    return scene
  }

  @Test("no connector attached: no offers, and Explain says so")
  func noConnector() {
    var scene = Self.scene(attached: false)
    let id = scene.request()
    #expect(scene.state(id) == .queued)
    #expect(scene.center.explain(id, at: scene.now)?.reasons == [.noConnector])
    scene.attach(switchboard)
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("accept, claim, grant: then it may dial, once")
  func claiming() throws {
    var scene = Self.scene()
    scene.request()
    let attempt = scene.accept(anna)
    let command = try #require(scene.center.attempt(attempt))
    #expect(command.phase == .unclaimed)
    #expect(command.dialer == switchboard)
    #expect(command.plan.value.endpoint == "sip:anna@example.org")
    #expect(command.plan.value.agentRing == .seconds(20))
    #expect(command.plan.value.callerRing == .seconds(45))
    #expect(scene.claim(attempt, by: switchboard) == .granted(attempt))
    #expect(scene.center.attempt(attempt)?.phase == .dialing)
    let stream = scene.center.dialer(switchboard)?.stream ?? 0
    #expect(
      scene.refusal(.claimAttempt(attempt, dialer: switchboard, stream: stream))
        == .attemptPhase(attempt, .dialing))
  }

  @Test("not claimed within 5 s: revoked, back in the queue, not counted, the agent is free")
  func notClaimed() {
    var scene = Self.scene()
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.pass(.seconds(5))
    #expect(scene.center.attempt(attempt)?.outcome == .notClaimed)
    #expect(scene.center.callback(id)?.attemptsCounted == 0)
    #expect(scene.status(anna) == .ready)
    #expect(scene.offer(to: ben)?.callback == id, "the longest idle now")
    #expect(scene.claim(attempt, by: switchboard) == .revoked(attempt))
  }

  @Test("a claim counts if it was received before the deadline")
  func lateClaim() throws {
    var scene = Self.scene()
    scene.request()
    let attempt = scene.accept(anna)
    let deadline = try #require(scene.center.attempt(attempt)?.deadline)
    scene.now = deadline + .seconds(1)
    let stream = try #require(scene.center.dialer(switchboard)?.stream)
    let claim = Command.claimAttempt(attempt, dialer: switchboard, stream: stream)
    #expect(try scene.send(claim, receivedAt: deadline) == .revoked(attempt))
    let before = Instant(deadline.milliseconds - 1)
    #expect(try scene.send(claim, receivedAt: before) == .granted(attempt))
  }

  @Test("an accept while no connector is attached waits for one, for 5 s")
  func acceptWithout() {
    var scene = Self.scene()
    scene.request()
    scene.detach(switchboard)
    let attempt = scene.accept(anna)
    #expect(scene.center.attempt(attempt)?.dialer == nil)
    scene.pass(.seconds(2))
    scene.attach(switchboard)
    #expect(scene.center.attempt(attempt)?.dialer == switchboard)
    #expect(scene.claim(attempt, by: switchboard) == .granted(attempt))
  }

  @Test("no final report 120 s after the claim: UNCERTAIN")
  func uncertain() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .ringing, by: switchboard)
    scene.pass(.seconds(120))
    #expect(scene.state(id) == .uncertain(attempt))
  }

  @Test("reports need the connector that holds the command; of an agent only voicemail counts")
  func reporters() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    let answered = AttemptReport(attempt: attempt, sequence: 1, kind: .answered)
    #expect(
      scene.refusal(.reportAttempt(answered, dialer: switchboard))
        == .attemptPhase(attempt, .unclaimed))
    scene.claim(attempt, by: switchboard)
    #expect(
      scene.refusal(.reportAttempt(answered, dialer: DialerID("other")))
        == .notYours(.attempt(attempt)))
    #expect(
      scene.refusal(.reportAttempt(answered, dialer: nil)) == .notYours(.attempt(attempt)))
    scene.must(.reportAttempt(answered, dialer: switchboard))
    scene.must(
      .reportAttempt(
        AttemptReport(attempt: attempt, sequence: 1, kind: .voicemail), dialer: nil))
    #expect(scene.state(id) == .finished(.voicemail))
    scene.report(attempt, .ended, by: switchboard)
    #expect(scene.center.attempt(attempt)?.phase == .ended)
  }

  @Test("on reconnect the service asks about claimed commands it is not told of")
  func queries() throws {
    var scene = Self.scene()
    scene.request("0101")
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.detach(switchboard)
    #expect(scene.attach(switchboard) == [attempt])
    #expect(scene.attach(switchboard, live: [attempt]) == [])
  }

  @Test("a connector that proves it did not dial: queued again, not counted")
  func notDialled() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.must(.answerQuery(attempt, dialer: switchboard, .notDialled))
    #expect(scene.center.callback(id)?.attemptsCounted == 0)
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("a connector's answer settles UNCERTAIN")
  func answerSettles() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.pass(.seconds(120))
    #expect(scene.attach(switchboard) == [attempt])
    let report = AttemptReport(attempt: attempt, sequence: 9, kind: .voicemail)
    scene.must(.answerQuery(attempt, dialer: switchboard, .ended(report)))
    #expect(scene.state(id) == .finished(.voicemail))
  }

  @Test("a connector gone for 60 s during a call: answered, end unknown")
  func lostDuringCall() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .answered, by: switchboard)
    scene.detach(switchboard)
    scene.pass(.seconds(59))
    #expect(scene.state(id) == .connected(attempt))
    scene.attach(switchboard, live: [attempt])
    scene.pass(.minutes(10))
    #expect(scene.state(id) == .connected(attempt), "it is back")
    scene.detach(switchboard)
    scene.pass(.seconds(60))
    #expect(scene.state(id) == .finished(.answeredEndUnknown))
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(30)))
  }

  @Test("a cancel during DIALING is passed on; the report decides")
  func cancelling() {
    var scene = Self.scene()
    let id = scene.request("0101")
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    #expect(scene.must(.cancelCallback(id, ifRevision: nil)) == .cancelled(id, pending: true))
    #expect(scene.center.attempt(attempt)?.hangUpRequested == true)
    #expect(scene.state(id) == .dialing(attempt))
    scene.report(attempt, .ended, .cancelled, by: switchboard)
    #expect(scene.state(id) == .finished(.cancelled))
  }

  @Test("a cancel that comes too late: answered is answered")
  func cancelTooLate() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.must(.cancelCallback(id, ifRevision: nil))
    scene.report(attempt, .answered, by: switchboard)
    #expect(scene.state(id) == .connected(attempt))
    scene.report(attempt, .ended, by: switchboard)
    #expect(scene.state(id) == .finished(.answered))
  }

  @Test("a cancel before the claim takes the command back at once")
  func cancelUnclaimed() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    #expect(scene.must(.cancelCallback(id, ifRevision: nil)) == .cancelled(id, pending: false))
    #expect(scene.claim(attempt, by: switchboard) == .revoked(attempt))
    #expect(scene.status(anna) == .ready)
  }

  @Test("SIP 487 without our cancel is the agent's side")
  func cancelledByOthers() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .ended, .cancelled, by: switchboard)
    #expect(scene.center.attempt(attempt)?.outcome == .agentSide)
    #expect(scene.state(id) == .queued)
  }

  @Test("a connector gets no more than its capacity, and only its locations")
  func capacity() {
    var scene = Self.scene(attached: false)
    scene.addAgent(ben)
    scene.ready(ben)
    scene.must(
      .attachDialer(AttachDialer(id: switchboard, stream: 7, capacity: 1)))
    scene.request("0101")
    let attempt = scene.accept(anna)
    let second = scene.request("0102")
    #expect(scene.state(second) == .queued, "no room")
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .notConnected, .busy, by: switchboard)
    #expect(scene.offer(to: ben)?.callback == second)
    var far = Self.scene(attached: false)
    far.must(
      .attachDialer(
        AttachDialer(id: switchboard, stream: 7, locations: [LocationID("uptown")])))
    let here = far.request()
    #expect(far.state(here) == .queued)
  }

  @Test("a connector's second stream replaces the first, whose late close does nothing")
  func secondStream() {
    var scene = Self.scene()
    let first = scene.center.dialer(switchboard)?.stream ?? 0
    scene.attach(switchboard)
    scene.must(.detachDialer(switchboard, stream: first))
    #expect(scene.center.dialer(switchboard) != nil)
  }

  @Test("a command goes to the connector with the fewest attempts that serves the location")
  func choice() {
    var scene = Self.scene(attached: false)
    let far = DialerID("far")
    let near = DialerID("near")
    let uptown = LocationID("uptown")
    scene.must(
      .attachDialer(AttachDialer(id: far, stream: 901, locations: [uptown])))
    scene.must(.attachDialer(AttachDialer(id: near, stream: 902)))
    scene.attach(switchboard)
    for agent in [ben, cleo] {
      scene.addAgent(agent)
      scene.ready(agent)
    }
    for digits in ["0101", "0102", "0103"] { scene.request(digits) }
    let attempts = [anna, ben, cleo].map { scene.accept($0) }
    let taken = attempts.map { scene.center.attempt($0)?.dialer }
    #expect(taken == [near, switchboard, near], "never the one that has no attempt, but is far")
  }

  @Test("a connector that comes back with a call keeps it; a limit that is near stays near")
  func keptCall() {
    var scene = Self.scene { $0.callLimit = .minutes(10) }
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .answered, by: switchboard)
    scene.detach(switchboard)
    scene.attach(switchboard, live: [attempt])
    scene.pass(.minutes(9) + .seconds(30))
    #expect(scene.state(id) == .connected(attempt))
    scene.detach(switchboard)
    scene.pass(.seconds(30))
    #expect(scene.state(id) == .finished(.answeredEndUnknown))
  }

  @Test("a claim through a stream that was replaced grants nothing")
  func claimOfReplacedStream() {
    var scene = Self.scene()
    scene.request()
    let attempt = scene.accept(anna)
    let stream = scene.center.dialer(switchboard)?.stream ?? 0
    scene.attach(switchboard)
    #expect(
      scene.refusal(.claimAttempt(attempt, dialer: switchboard, stream: stream))
        == .notYours(.attempt(attempt)))
  }

  @Test("the agent says voicemail while the connector is gone: free after 60 s like any lost call")
  func voicemailWhileLost() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    let stream = scene.center.dialer(switchboard)?.stream ?? 0
    scene.must(.detachDialer(switchboard, stream: stream))
    scene.report(attempt, .voicemail)
    #expect(scene.state(id) == .finished(.voicemail))
    scene.pass(.seconds(60))
    #expect(scene.center.attempt(attempt)?.outcome == .voicemail)
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(30)))
  }

  @Test("a connector whose second stream knows nothing of a call: it counts as ended after 60 s")
  func forgottenCall() {
    var scene = Self.scene()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .answered, by: switchboard)
    #expect(scene.attach(switchboard) == [attempt])
    scene.must(.answerQuery(attempt, dialer: switchboard, .unknown))
    scene.pass(.seconds(60))
    #expect(scene.state(id) == .finished(.answeredEndUnknown))
  }
}

extension Scene {
  /// Opens a connector's stream; tells which attempts it is asked about.
  @discardableResult
  mutating func attach(_ id: DialerID, live: [AttemptID] = []) -> [AttemptID] {
    let dialer = AttachDialer(
      id: id, stream: StreamID(rawValue: UInt64(log.count) + 1), liveAttempts: live)
    guard case .dialerAttached(_, let queries) = must(.attachDialer(dialer)) else { return [] }
    return queries
  }

  mutating func detach(_ id: DialerID) {
    must(.detachDialer(id, stream: center.dialer(id)?.stream ?? 0))
  }

  @discardableResult
  mutating func claim(_ attempt: AttemptID, by id: DialerID) -> Reply {
    must(.claimAttempt(attempt, dialer: id, stream: center.dialer(id)?.stream ?? 0))
  }
}
