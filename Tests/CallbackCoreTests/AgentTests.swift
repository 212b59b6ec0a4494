import CallbackCore
import Testing

/// DOMAIN, "Agents".
@Suite("An agent")
struct AgentTests {
  @Test("Ready without a stream is accepted, gets nothing, and Explain says not connected")
  func readyWithoutStream() {
    var scene = Scene.standard()
    scene.must(.putAgent(ben, AgentSettings(memberships: [.init(queue: main)]), ifRevision: nil))
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    #expect(scene.ready(ben) == .ready)
    let id = scene.request()
    #expect(scene.state(id) == .queued)
    let explanation = scene.center.explain(id, at: scene.now)
    #expect(explanation?.agents.map(\.reason) == [.offline, .notConnected])
    scene.connect(ben)
    #expect(scene.offer(to: ben)?.callback == id)
  }

  @Test("with several streams only the loss of the last counts")
  func severalStreams() {
    var scene = Scene.standard()
    scene.must(.openSession(SessionID("phone"), stream: 900, agents: [anna]))
    scene.disconnect(anna)
    scene.pass(.minutes(1))
    #expect(scene.status(anna) == .ready)
    scene.must(.closeSession(SessionID("phone"), stream: 900))
    scene.pass(.seconds(10))
    #expect(scene.status(anna) == .offline)
  }

  @Test("grace: no new offers for 10 s, then Offline; a stream in time keeps Ready and the turn")
  func grace() {
    var scene = Scene.standard()
    scene.disconnect(anna)
    let id = scene.request()
    #expect(scene.state(id) == .queued)
    scene.pass(.seconds(9))
    scene.connect(anna)
    #expect(scene.offer(to: anna)?.callback == id)
    scene.reject(anna)
    scene.disconnect(anna)
    scene.pass(.seconds(10))
    #expect(scene.status(anna) == .offline)
    scene.connect(anna)
    #expect(scene.status(anna) == .offline, "must say Ready")
  }

  @Test("the pending offer of a lost agent can be accepted during grace, then is withdrawn")
  func offerDuringGrace() throws {
    var scene = Scene.standard()
    scene.request()
    let offer = try #require(scene.offer(to: anna))
    scene.disconnect(anna)
    scene.pass(.seconds(9))
    var other = scene
    other.must(.acceptOffer(offer.id, agent: anna, session: nil))
    scene.pass(.seconds(1))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.agentDisconnected))
    #expect(scene.center.agent(anna)?.misses == 0)
  }

  @Test("a deadline that passes while the stream is lost is WITHDRAWN, not a miss")
  func deadlineWhileLost() throws {
    var scene = Scene.standard { $0.offerTimeout = .seconds(5) }
    scene.request()
    let offer = try #require(scene.offer(to: anna))
    scene.disconnect(anna)
    scene.pass(.seconds(5))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.agentDisconnected))
    #expect(scene.center.agent(anna)?.misses == 0)
    #expect(scene.status(anna) == .ready)
  }

  @Test("on call nothing changes until the end is reported, then the loss counts")
  func lostOnCall() {
    var scene = Scene.standard { $0.cooldownAfterCallback = .zero }
    scene.request()
    let attempt = scene.accept(anna)
    scene.disconnect(anna)
    scene.pass(.minutes(5))
    #expect(scene.status(anna) == .onCall(attempt))
    #expect(scene.center.agent(anna)?.wanted == .ready)
    scene.finishCall(attempt)
    scene.tick()
    #expect(scene.status(anna) == .offline)
  }

  @Test("a wish made during a call is applied after it")
  func wishDuringCall() {
    var scene = Scene.standard { $0.cooldownAfterCallback = .zero }
    scene.must(.putInactiveReason(InactiveReason(id: lunch, name: "Lunch"), ifRevision: nil))
    scene.request()
    let attempt = scene.accept(anna)
    let reply = scene.must(
      .setAgentStatus(anna, wanted: .inactive(lunch), endCooldown: false))
    guard case .agent(let answer) = reply else { return }
    #expect(answer.application == .afterCall)
    #expect(answer.status == .onCall(attempt))
    scene.pass(.minutes(14))
    scene.finishCall(attempt)
    #expect(scene.status(anna) == .inactive(lunch))
    scene.pass(.minutes(29))
    #expect(scene.status(anna) == .inactive(lunch), "the timeout begins with being inactive")
    scene.pass(.minutes(1))
    #expect(scene.status(anna) == .offline)
  }

  @Test("Inactive becomes Offline after 30 min, or the reason's own time; 0 is never")
  func inactivity() {
    var scene = Scene.standard()
    scene.must(
      .putInactiveReason(InactiveReason(id: lunch, timeout: .hours(1)), ifRevision: nil))
    scene.addAgent(ben)
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    scene.must(.setAgentStatus(ben, wanted: .inactive(lunch), endCooldown: false))
    scene.pass(.minutes(30))
    #expect(scene.status(anna) == .offline)
    #expect(scene.status(ben) == .inactive(lunch))
    scene.pass(.minutes(30))
    #expect(scene.status(ben) == .offline)
    var settings = scene.center.settings
    settings.inactivityTimeout = .zero
    scene.must(.putSettings(settings, ifRevision: nil))
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    scene.pass(.hours(20))
    #expect(scene.status(anna) == .inactive(nil))
    #expect(
      scene.refusal(
        .setAgentStatus(anna, wanted: .inactive(InactiveReasonID("x")), endCooldown: false))
        == .notFound(.inactiveReason(InactiveReasonID("x"))))
  }

  @Test("going inactive or offline withdraws the offer without a miss, and ends a cooldown")
  func leaving() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    #expect(scene.state(id) == .queued)
    #expect(scene.center.agent(anna)?.misses == 0)
    scene.ready(anna)
    scene.finishCall(scene.accept(anna))
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    #expect(scene.status(anna) == .offline)
  }

  @Test("another call: On call, the offer withdrawn; afterwards the wanted status")
  func otherCall() throws {
    var scene = Scene.standard()
    scene.request()
    let offer = try #require(scene.offer(to: anna))
    scene.must(.reportAgentCall(anna, reference: "c1", .started))
    #expect(scene.status(anna) == .onOtherCall)
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.agentBusy))
    scene.must(.reportAgentCall(anna, reference: "c2", .started))
    scene.must(.reportAgentCall(anna, reference: "c1", .ended))
    #expect(scene.status(anna) == .onOtherCall, "one call is left")
    scene.must(.reportAgentCall(anna, reference: "c2", .ended))
    #expect(scene.offer(to: anna) != nil)
  }

  @Test("another call interrupts a cooldown, which goes on after it; or has one of its own")
  func otherCallCooldown() {
    var scene = Scene.standard()
    scene.request()
    scene.finishCall(scene.accept(anna))
    let until = scene.now + .seconds(30)
    scene.pass(.seconds(5))
    scene.must(.reportAgentCall(anna, reference: "c1", .started))
    scene.pass(.seconds(5))
    scene.must(.reportAgentCall(anna, reference: "c1", .ended))
    #expect(scene.status(anna) == .cooldown(until: until))
    var settings = scene.center.settings
    settings.cooldownAfterOtherCall = .minutes(2)
    scene.must(.putSettings(settings, ifRevision: nil))
    scene.must(.reportAgentCall(anna, reference: "c1", .started))
    scene.must(.reportAgentCall(anna, reference: "c1", .ended))
    #expect(scene.status(anna) == .cooldown(until: scene.now + .minutes(2)))
  }

  @Test("another call whose end is never told ends after 4 h")
  func otherCallLimit() {
    var scene = Scene.standard()
    scene.must(.reportAgentCall(anna, reference: "c1", .started))
    scene.pass(.hours(4))
    #expect(scene.status(anna) == .ready)
  }

  @Test("an operator's override frees the agent; the attempt is uncertain")
  func override() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.must(.overrideAgent(anna, wanted: .offline))
    #expect(scene.status(anna) == .offline)
    #expect(scene.state(id) == .uncertain(attempt))
  }

  @Test("an operator frees an agent from an offer, other calls and voicemail alike")
  func overrideOtherwise() throws {
    var scene = Scene.standard { $0.cooldownAfterCallback = .zero }
    scene.request("0101")
    let offer = try #require(scene.offer(to: anna))
    scene.must(.overrideAgent(anna, wanted: .ready))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.agentLeft))
    let attempt = scene.accept(anna)
    scene.report(attempt, .voicemail)
    scene.must(.overrideAgent(anna, wanted: .ready))
    #expect(scene.center.attempt(attempt)?.outcome == .voicemail)
    scene.must(.reportAgentCall(anna, reference: "c1", .started))
    scene.must(.overrideAgent(anna, wanted: .ready))
    #expect(scene.status(anna) == .ready)
    #expect(scene.center.agent(anna)?.otherCalls == [])
  }

  @Test("two desktops see the alert; the first accept wins, the other learns which took it")
  func twoDesktops() throws {
    var scene = Scene.standard()
    let phone = SessionID("phone")
    scene.must(.openSession(phone, stream: 900, agents: [anna]))
    scene.request()
    let offer = try #require(scene.offer(to: anna))
    scene.must(.acceptOffer(offer.id, agent: anna, session: phone))
    let refusal = scene.refusal(
      .acceptOffer(offer.id, agent: anna, session: SessionID("anna's desktop")))
    guard case .offerClosed(_, .accepted(_, by: let winner)) = refusal else { return }
    #expect(winner == phone)
  }

  @Test("agents join and leave an open session")
  func attaching() {
    var scene = Scene.standard()
    let hub = SessionID("hub")
    scene.must(.openSession(hub, stream: 900, agents: []))
    scene.must(.attachAgent(anna, session: hub))
    #expect(scene.center.agent(anna)?.sessions.contains(hub) == true)
    scene.must(.detachAgent(anna, session: hub))
    #expect(scene.center.agent(anna)?.sessions.contains(hub) == false)
    #expect(
      scene.refusal(.attachAgent(anna, session: SessionID("none")))
        == .notFound(.session(SessionID("none"))))
  }
}

let lunch = InactiveReasonID("lunch")
