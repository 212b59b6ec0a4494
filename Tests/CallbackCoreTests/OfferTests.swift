import CallbackCore
import Testing

/// DOMAIN, "Offering".
@Suite("Offering")
struct OfferTests {
  @Test("selects by priority, then original request time, and keeps the place over a retry")
  func selection() {
    var scene = Scene.standard()
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    let old = scene.request("0101")
    let young = scene.request("0102")
    let urgent = scene.request("0103", priority: 1)
    var order: [CallbackID?] = []
    for _ in 0..<3 {
      scene.ready(anna)
      order.append(scene.offer(to: anna)?.callback)
      scene.finishCall(scene.accept(anna))
      scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: true))
    }
    #expect(order == [urgent, old, young])
  }

  @Test("goes to the agent who has been idle longest")
  func longestIdle() {
    var scene = Scene.standard()
    for agent in [ben, cleo] {
      scene.pass(.seconds(1))
      scene.addAgent(agent)
      scene.ready(agent)
    }
    let first = scene.request("0101")
    let second = scene.request("0102")
    #expect(scene.offer(to: anna)?.callback == first)
    #expect(scene.offer(to: ben)?.callback == second)
    scene.finishCall(scene.accept(anna))
    scene.pass(.seconds(10))
    scene.must(.setAgentStatus(anna, wanted: nil, endCooldown: true))
    let third = scene.request("0103")
    #expect(scene.offer(to: cleo)?.callback == third)
  }

  @Test("a withdrawn offer costs the agent no place among the idle")
  func withdrawnKeepsIdle() {
    var scene = Scene.standard()
    scene.pass(.seconds(1))
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request("0101")
    scene.pass(.seconds(5))
    scene.must(.cancelCallback(id, ifRevision: nil))
    let next = scene.request("0102")
    #expect(scene.offer(to: anna)?.callback == next)
  }

  @Test("cascades to the next agent after 20 s; a miss makes the agent No answer until Ready")
  func cascade() {
    var scene = Scene.standard()
    scene.pass(.seconds(1))
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request()
    scene.pass(.seconds(19))
    #expect(scene.offer(to: anna)?.callback == id)
    scene.pass(.seconds(1))
    #expect(scene.status(anna) == .notAnswering)
    #expect(scene.offer(to: ben)?.callback == id)
    scene.ready(anna)
    #expect(scene.status(anna) == .ready)
  }

  @Test("0 misses allowed means never No answer; 2 means the second")
  func misses() {
    var never = Scene.standard { $0.missesUntilNotAnswering = 0 }
    never.request()
    never.pass(.seconds(20))
    #expect(never.status(anna) == .ready)
    var second = Scene.standard { $0.missesUntilNotAnswering = 2 }
    second.request("0101")
    second.request("0102")
    second.pass(.seconds(20))
    #expect(second.offer(to: anna) != nil, "one miss")
    second.pass(.seconds(20))
    #expect(second.status(anna) == .notAnswering)
  }

  @Test("misses count in a row: an accept begins anew")
  func missesInARow() {
    var scene = Scene.standard {
      $0.missesUntilNotAnswering = 2
      $0.cooldownAfterCallback = .zero
    }
    scene.request("0101")
    scene.request("0102")
    scene.pass(.seconds(20))
    scene.finishCall(scene.accept(anna))
    #expect(scene.center.agent(anna)?.misses == 0)
  }

  @Test("a declined callback stays away from this agent for 60 s, who gets others meanwhile")
  func declineMemory() {
    var scene = Scene.standard()
    let id = scene.request("0101")
    scene.reject(anna)
    #expect(scene.state(id) == .queued)
    let other = scene.request("0102")
    #expect(scene.offer(to: anna)?.callback == other)
    scene.reject(anna)
    scene.pass(.seconds(59))
    #expect(scene.offer(to: anna) == nil)
    scene.pass(.seconds(1))
    #expect(scene.offer(to: anna)?.callback == id, "the first exclusion to end")
  }

  @Test("an offer that was not accepted is not an attempt")
  func noAttempt() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.reject(anna)
    #expect(scene.center.callback(id)?.attemptsStarted == 0)
    #expect(scene.center.callback(id)?.attemptsCounted == 0)
  }

  @Test("accepting a closed offer names its final state; the same accept gives the same answer")
  func closed() throws {
    var scene = Scene.standard()
    scene.request()
    let offer = try #require(scene.offer(to: anna)).id
    let desk = SessionID("desk")
    let accept = Command.acceptOffer(offer, agent: anna, session: desk)
    let first = scene.must(accept)
    #expect(scene.must(accept) == first)
    let attempt = try #require(scene.center.snapshot().attempts.first?.id)
    #expect(
      scene.refusal(.acceptOffer(offer, agent: anna, session: SessionID("phone")))
        == .offerClosed(offer, .accepted(attempt, by: desk)))
    #expect(
      scene.refusal(.rejectOffer(offer, agent: anna, session: nil))
        == .offerClosed(offer, .accepted(attempt, by: desk)))
    scene.report(attempt, .notConnected, .busy)
    #expect(scene.must(accept) == first, "also after the end")
    scene.pass(.minutes(16))
    scene.must(.setQueueState(main, accepting: false, offering: nil))
    #expect(scene.refusal(accept) == .notFound(.offer(offer)))
  }

  @Test("an offer belongs to its agent")
  func otherAgent() throws {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.request()
    let offer = try #require(scene.offer(to: anna)).id
    #expect(
      scene.refusal(.acceptOffer(offer, agent: ben, session: nil)) == .notYours(.offer(offer)))
  }

  @Test("an agent has at most one offer over all queues")
  func oneOffer() {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    scene.addAgent(ben, in: [main, sales])
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    scene.ready(ben)
    let first = scene.request("0101")
    let urgent = scene.request("0102", in: sales, priority: 9)
    #expect(scene.offer(to: ben)?.callback == first)
    #expect(scene.state(urgent) == .queued)
  }

  @Test("an agent of several queues gets the first callback over all of them")
  func acrossQueues() {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    scene.addAgent(ben, in: [main, sales])
    let old = scene.request("0101", in: sales)
    scene.request("0102")
    scene.ready(ben)
    #expect(scene.offer(to: ben)?.callback == old)
  }

  @Test("round robin asks whose last offer is longest ago")
  func roundRobin() {
    var scene = Scene.standard {
      $0.strategy = .roundRobin
      $0.declineDelay = .zero
    }
    scene.addAgent(ben)
    scene.pass(.seconds(1))
    scene.ready(ben)
    scene.request()
    #expect(scene.offer(to: anna) != nil)
    scene.pass(.seconds(1))
    scene.reject(anna)
    #expect(scene.offer(to: ben) != nil)
    scene.pass(.seconds(1))
    scene.reject(ben)
    #expect(scene.offer(to: anna) != nil)
  }

  @Test("fewest today asks who accepted the fewest callbacks; the day ends the count")
  func fewestToday() {
    var scene = Scene.standard {
      $0.strategy = .fewestToday
      $0.cooldownAfterCallback = .zero
    }
    scene.request("0101")
    scene.finishCall(scene.accept(anna))
    scene.pass(.seconds(10))
    scene.addAgent(ben)
    scene.ready(ben)
    scene.request("0102")
    #expect(scene.offer(to: ben) != nil, "anna has one, and has been idle longer")
    scene.finishCall(scene.accept(ben))
    #expect(scene.center.agent(anna)?.acceptedToday == 1)
    scene.pass(.hours(24))
    #expect(scene.center.agent(anna)?.acceptedToday == 0)
  }

  @Test("tiers ask the lower level first, then the lower position")
  func tiers() {
    var scene = Scene.standard { $0.strategy = .tiers }
    scene.addAgent(ben, level: 2)
    scene.ready(ben)
    scene.must(
      .setAgentQueues(anna, [Membership(queue: main, level: 2, position: 2)], ifRevision: nil))
    scene.addAgent(cleo, level: 1)
    scene.ready(cleo)
    var order: [AgentID] = []
    scene.request()
    for _ in 0..<3 {
      let asked = [anna, ben, cleo].first { scene.offer(to: $0) != nil }
      if let asked {
        order.append(asked)
        scene.reject(asked)
      }
    }
    #expect(order == [cleo, ben, anna])
  }

  @Test("pausing a queue withdraws its offers without a miss, and calls go on")
  func pausing() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    scene.request("0101")
    let call = scene.accept(anna)
    let waiting = scene.request("0102")
    scene.must(.setQueueState(main, accepting: nil, offering: false))
    #expect(scene.status(ben) == .ready)
    #expect(scene.center.agent(ben)?.misses == 0)
    #expect(scene.state(waiting) == .queued)
    #expect(scene.status(anna) == .onCall(call))
    scene.must(.setQueueState(main, accepting: nil, offering: true))
    #expect(scene.offer(to: ben)?.callback == waiting)
  }

  @Test("moving an agent withdraws the pending offer without a miss")
  func moving() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.must(.setAgentQueues(anna, [], ifRevision: nil))
    #expect(scene.status(anna) == .ready)
    #expect(scene.center.agent(anna)?.misses == 0)
    #expect(scene.state(id) == .queued)
    scene.must(.setAgentQueues(anna, [Membership(queue: main)], ifRevision: nil))
    #expect(scene.offer(to: anna)?.callback == id)
  }
}
