import CallbackCore
import Testing

@Suite("Reading the state")
struct ReadingTests {
  @Test("pages over callbacks in the order of requests, also behind one that is gone")
  func pages() {
    var scene = Scene.standard()
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let ids = (0..<5).map { scene.request("011\($0)") }
    let first = scene.center.callbacks(after: nil, limit: 2).map(\.id)
    #expect(first == Array(ids[0..<2]))
    scene.must(.cancelCallback(ids[1], ifRevision: nil))
    scene.pass(.minutes(20))
    scene.request("0109")
    #expect(scene.center.callback(ids[1]) == nil)
    #expect(scene.center.callbacks(after: ids[1], limit: 2).map(\.id) == Array(ids[2..<4]))
    #expect(scene.center.callback(ids[3]).map(scene.center.position) == 2)
  }

  @Test("explains agent by agent, counts all, and names the next change")
  func explaining() throws {
    var scene = Scene.standard()
    for agent in [ben, cleo] { scene.addAgent(agent) }
    scene.ready(ben)
    scene.must(.setAgentStatus(cleo, wanted: .inactive(nil), endCooldown: false))
    let id = scene.request("0101")
    scene.finishCall(scene.accept(anna))
    let other = scene.request("0102")
    let explanation = try #require(scene.center.explain(other, at: scene.now, limit: 2))
    #expect(explanation.agents.map(\.agent) == [anna, ben])
    #expect(explanation.agents.map(\.reason) == [.cooldown, .hasOffer])
    #expect(explanation.counts == [.cooldown: 1, .hasOffer: 1, .inactive: 1])
    #expect(explanation.hasMore)
    #expect(explanation.nextChange == scene.now + .seconds(20), "the offer times out first")
    #expect(scene.center.explain(id, at: scene.now)?.reasons == [.ended])
  }

  @Test("names no change of the agents for a callback that is held itself")
  func held() throws {
    var scene = Scene.standard()
    scene.disconnect(anna)
    let id = scene.request("0101")
    let waiting = try #require(scene.center.explain(id, at: scene.now))
    #expect(waiting.agents.map(\.reason) == [.notConnected])
    #expect(waiting.nextChange == scene.now + .seconds(10), "the grace ends")
    scene.must(.setQueueState(main, accepting: nil, offering: false))
    let held = try #require(scene.center.explain(id, at: scene.now))
    #expect(held.reasons == [.queuePaused])
    #expect(held.nextChange == nil)
    scene.must(.cancelCallback(id, ifRevision: nil))
    #expect(scene.center.explain(id, at: scene.now)?.ahead == 0)
  }

  @Test("tells whom an event touched")
  func touched() throws {
    var scene = Scene.standard()
    let id = scene.request()
    let made = try #require(scene.log.last)
    #expect(scene.center.touched(by: made.event).agents == [anna])
    #expect(scene.center.touched(by: made.event).callbacks == [id])
    scene.must(
      .updateResolution(
        id, CallerLookup(status: .resolved, matches: [Known.customer.match]),
        asked: try #require(scene.center.callback(id)).line))
    let updated = try #require(scene.log.last)
    #expect(scene.center.touched(by: updated.event).agents == [anna], "her alert changed")
  }

  @Test("deciding alone changes nothing")
  func deciding() throws {
    var scene = Scene.standard()
    let before = scene.center
    let decision = try scene.center.decide(
      Submission(.requestCallback(.from("0101")), actor: Actor(userID: 1)),
      in: DecisionContext(now: scene.now, wall: scene.wall, entropy: 3))
    #expect(decision.events.count == 2, "the request, and its offer")
    #expect(scene.center == before)
    scene.tick()
  }
}
