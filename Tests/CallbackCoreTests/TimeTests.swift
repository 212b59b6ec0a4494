import CallbackCore
import Testing

/// DOMAIN, "Time".
@Suite("Time")
struct TimeTests {
  @Test("an accept counts if it was received before the deadline, even if decided after it")
  func receivedBefore() throws {
    var scene = Scene.standard()
    let id = scene.request()
    let offer = try #require(scene.offer(to: anna))
    scene.now = offer.deadline + .seconds(3)
    let accept = Command.acceptOffer(offer.id, agent: anna, session: nil)
    #expect(
      scene.refusal(accept, receivedAt: offer.deadline) == .offerClosed(offer.id, .timedOut))
    scene.must(accept, receivedAt: Instant(offer.deadline.milliseconds - 1))
    #expect(scene.state(id)?.attempt != nil)
  }

  @Test("a wall clock that jumps a year ahead and back ends no offer early or late")
  func wallJumps() throws {
    var scene = Scene.standard()
    let id = scene.request()
    scene.request("0102") { $0.expiresAt = WallTime(1_772_442_000_000 + 3_600_000) }
    scene.wall = scene.wall + .hours(365 * 24)
    scene.pass(.seconds(19))
    #expect(scene.offer(to: anna)?.callback == id)
    scene.wall = scene.wall + .hours(-365 * 24)
    scene.tick()
    #expect(scene.offer(to: anna)?.callback == id)
    scene.pass(.seconds(1))
    #expect(scene.status(anna) == .notAnswering)
    #expect(scene.center.liveCallbackCount == 2, "nothing expired")
  }

  @Test("a scheduled callback is queued when the wall clock reaches its not-before")
  func notBefore() {
    var scene = Scene.standard()
    let wall = scene.wall
    let id = scene.request { $0.notBefore = wall + .minutes(10) }
    #expect(scene.state(id) == .scheduled(until: wall + .minutes(10), reason: .notBefore))
    #expect(scene.center.nextWallDeadline == wall + .minutes(10))
    scene.pass(.minutes(10))
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("a repeat does not put off a callback whose time had come before the wall clock went back")
  func repeatAfterJumpBack() {
    var scene = Scene.standard()
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let due = scene.wall + .minutes(-1)
    let id = scene.request { $0.notBefore = due }
    #expect(scene.state(id) == .queued)
    scene.wall = scene.wall + .hours(-365 * 24)
    #expect(scene.request { $0.notBefore = due } == id)
    #expect(scene.state(id) == .queued)
  }

  @Test("an exclusion that ended while its callback was scheduled is forgotten with it")
  func exclusionWhileScheduled() throws {
    var scene = Scene.standard()
    let id = scene.request()
    scene.reject(anna)
    var later = UpdateCallback(id: id)
    later.notBefore = scene.wall + .minutes(2)
    scene.must(.updateCallback(later))
    scene.pass(.minutes(2))
    #expect(scene.offer(to: anna)?.callback == id)
    #expect(scene.center.callback(id)?.declines == [])
  }

  @Test("after a restart offers that ran out are WITHDRAWN, without a miss; others go on")
  func restartOffers() throws {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    scene.request("0101")
    let old = try #require(scene.offer(to: anna))
    scene.pass(.seconds(10))
    scene.request("0102")
    let young = try #require(scene.offer(to: ben))
    scene.now = old.deadline + .seconds(1)
    scene.must(.serviceStarted)
    #expect(scene.center.offer(old.id)?.state == .withdrawn(.serviceRestarted))
    #expect(scene.center.agent(anna)?.misses == 0)
    #expect(scene.center.offer(young.id)?.state == .pending)
    #expect(scene.status(anna) == .ready, "grace begins anew")
    scene.pass(.seconds(10))
    #expect(scene.status(anna) == .offline)
  }

  @Test("after a restart dial deadlines start anew")
  func restartDials() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.pass(.minutes(14))
    scene.must(.serviceStarted)
    scene.pass(.minutes(14))
    #expect(scene.state(id) == .dialing(attempt))
    scene.pass(.minutes(1))
    #expect(scene.state(id) == .uncertain(attempt))
  }

  @Test("after a restart a connector's call ends after 60 s unless the connector comes back")
  func restartCalls() {
    var scene = Scene.standard { $0.dialing = .connector }
    scene.attach(switchboard)
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.claim(attempt, by: switchboard)
    scene.report(attempt, .answered, by: switchboard)
    scene.must(.serviceStarted)
    #expect(scene.center.dialer(switchboard) == nil)
    scene.pass(.seconds(60))
    #expect(scene.state(id) == .finished(.answeredEndUnknown))
  }

  @Test("expiry during DIALING is applied when the attempt ends; an answer completes")
  func expiryDuringDialing() {
    var scene = Scene.standard { $0.expiry = .minutes(1) }
    let id = scene.request("0101")
    let attempt = scene.accept(anna)
    scene.pass(.minutes(2))
    #expect(scene.state(id) == .dialing(attempt))
    var answered = scene
    answered.finishCall(attempt)
    #expect(answered.state(id) == .finished(.answered))
    scene.report(attempt, .notConnected, .busy)
    #expect(scene.state(id) == .finished(.expired))
  }

  @Test("what is closed stays readable for 15 minutes")
  func retention() {
    var scene = Scene.standard()
    let id = scene.request("0101")
    scene.finishCall(scene.accept(anna))
    scene.pass(.minutes(14))
    scene.request("0102")
    #expect(scene.state(id) == .finished(.answered))
    scene.pass(.minutes(1))
    scene.request("0103")
    #expect(scene.state(id) == nil)
    #expect(scene.refusal(.requeueCallback(id)) == .notFound(.callback(id)))
  }

  @Test("a snapshot restores the same state, which goes on alike")
  func snapshots() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.report(scene.accept(anna), .notConnected, .busy)
    var restored = CallCenter(restoring: scene.center.snapshot())
    #expect(restored == scene.center)
    #expect(restored.violations() == [])
    #expect(restored.nextDeadline == scene.center.nextDeadline)
    let later = DecisionContext(
      now: scene.now + .minutes(5), wall: scene.wall + .minutes(5), entropy: 9)
    var original = scene.center
    #expect(restored.advance(in: later) == original.advance(in: later))
    #expect(restored.callback(id)?.state == original.callback(id)?.state)
  }
}
