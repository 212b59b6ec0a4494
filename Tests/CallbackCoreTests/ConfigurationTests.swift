import CallbackCore
import Testing

/// CONTRACT, AdminService.
@Suite("The configuration")
struct ConfigurationTests {
  @Test("is changed only at the revision that the client has seen")
  func etags() {
    var scene = Scene.standard()
    guard case .put(let first) = scene.must(.putLocation(Location(id: uptown), ifRevision: 0))
    else { return }
    #expect(
      scene.refusal(.putLocation(Location(id: uptown), ifRevision: 0))
        == .changed(.location(uptown)))
    guard
      case .put(let second) = scene.must(.putLocation(Location(id: uptown), ifRevision: first))
    else { return }
    #expect(second > first)
    scene.must(.deleteLocation(uptown, ifRevision: second))
    #expect(
      scene.refusal(.deleteLocation(uptown, ifRevision: nil)) == .notFound(.location(uptown)))
  }

  @Test("is not removed while something refers to it")
  func references() {
    var scene = Scene.standard()
    let line = PhoneNumber.Line(e164: "+12025550100")
    #expect(
      scene.refusal(.deleteQueue(main, ifRevision: nil)) == .inUse(.queue(main), by: .agent(anna)))
    #expect(
      scene.refusal(.deleteLocation(downtown, ifRevision: nil))
        == .inUse(.location(downtown), by: .number(line)))
    let attempt = { () -> AttemptID in
      scene.request()
      return scene.accept(anna)
    }()
    #expect(
      scene.refusal(.deleteAgent(anna, ifRevision: nil))
        == .inUse(.agent(anna), by: .attempt(attempt)))
    scene.report(attempt, .notConnected, .busy)
    scene.must(.deleteAgent(anna, ifRevision: nil))
    #expect(
      scene.refusal(.deleteQueue(main, ifRevision: nil)) == .inUse(.queue(main), by: .number(line)))
    scene.must(.deleteNumber(line, ifRevision: nil))
    guard
      case .inUse(.queue(main), by: .callback(let id)) = scene.refusal(
        .deleteQueue(main, ifRevision: nil))
    else {
      Issue.record("not in use by the callback")
      return
    }
    scene.must(.cancelCallback(id, ifRevision: nil))
    scene.must(.deleteQueue(main, ifRevision: nil))
  }

  @Test("without an agent closes the sessions that showed nobody else")
  func sessionsOfADeletedAgent() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    let (alone, both, empty) = (SessionID("alone"), SessionID("both"), SessionID("empty"))
    for (session, agents) in [(alone, [anna]), (both, [anna, ben]), (empty, [])] {
      scene.must(.openSession(session, stream: 7, agents: agents))
    }
    scene.must(.deleteAgent(anna, ifRevision: nil))
    #expect(scene.center.stream(of: alone) == nil)
    #expect(scene.center.agents(of: both) == [ben])
    #expect(scene.center.stream(of: empty) != nil)
    #expect(scene.center.violations() == [])
  }

  @Test("names only what there is")
  func unknownNames() {
    var scene = Scene.standard()
    let nowhere = QueueID("nowhere")
    #expect(
      scene.refusal(
        .putAgent(ben, AgentSettings(memberships: [.init(queue: nowhere)]), ifRevision: nil))
        == .notFound(.queue(nowhere)))
    #expect(
      scene.refusal(
        .putNumber(
          DialledNumber(number: PhoneNumber(e164: "+12025550199"), location: uptown),
          ifRevision: nil)) == .notFound(.location(uptown)))
    #expect(
      scene.refusal(
        .putAgent(
          ben, AgentSettings(memberships: [.init(queue: main), .init(queue: main)]),
          ifRevision: nil)) == .invalid(field: "memberships", reason: "names a queue twice"))
  }

  @Test("the queue's own settings come before the service's, and those before the built-in ones")
  func effective() {
    var scene = Scene.standard { $0.offerTimeout = .seconds(7) }
    var settings = scene.center.settings
    settings.queueDefaults.offerTimeout = .seconds(9)
    settings.queueDefaults.cooldownAfterCallback = .seconds(11)
    scene.must(.putSettings(settings, ifRevision: nil))
    let effective = scene.center.queue(main)?.settings
    #expect(effective?.offerTimeout == .seconds(7))
    #expect(effective?.cooldownAfterCallback == .seconds(11))
    #expect(effective?.declineDelay == .seconds(60))
  }

  @Test("refuses settings that no queue can work with")
  func invalid() {
    var scene = Scene.standard()
    var overrides = QueueOverrides()
    overrides.offerTimeout = .zero
    #expect(
      scene.refusal(.putQueue(PutQueue(id: sales, settings: overrides), ifRevision: nil))
        == .invalid(field: "offer_timeout", reason: "must be more than zero"))
    overrides = QueueOverrides()
    overrides.gapBusy = .seconds(-1)
    #expect(
      scene.refusal(.putQueue(PutQueue(id: sales, settings: overrides), ifRevision: nil))
        == .invalid(field: "gap_busy", reason: "must not be negative"))
  }

  @Test("a queue that dials otherwise from now on lets running attempts go on as they began")
  func changeOfDialing() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    var overrides = QueueOverrides()
    overrides.dialing = .connector
    scene.must(.putQueue(PutQueue(id: main, settings: overrides), ifRevision: nil))
    scene.finishCall(attempt)
    #expect(scene.state(id) == .finished(.answered))
  }
}

let uptown = LocationID("uptown")
