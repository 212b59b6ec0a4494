import CallbackCore
import Testing

/// What one rule does while another holds.
@Suite("Rules that meet")
struct CombinationTests {
  /// A scene of two queues, in which anna serves both and is ready.
  private static func twoQueues() -> Scene {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    return scene
  }

  @Test("asked again while dialled, then while UNCERTAIN: voicemail of the next call completes it")
  func askedAgainTwice() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.accept(anna)
    #expect(scene.request() == id)
    scene.pass(.minutes(15) + .seconds(30))
    #expect(scene.center.callback(id)?.state.attempt != nil, "uncertain")
    #expect(scene.request() == id)
    scene.report(scene.accept(anna), .voicemail)
    #expect(scene.state(id) == .finished(.voicemail))
  }

  @Test("cancelled after it was asked for again while dialled: voicemail completes it")
  func cancelledAfterAskedAgain() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.request()
    scene.must(.cancelCallback(id, ifRevision: nil))
    scene.report(attempt, .voicemail)
    #expect(scene.state(id) == .finished(.voicemail))
  }

  @Test("a fax after CONNECTED takes in what the caller asked for meanwhile: one live callback")
  func faxAfterNewRequest() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .answered)
    let younger = scene.request(priority: 4)
    #expect(younger != id)
    scene.report(attempt, .fax)
    #expect(scene.state(younger) == .finished(.merged(into: id)))
    #expect(scene.state(id) == .queued, "asking again ends the gap")
    #expect(scene.center.callback(id)?.attemptsCounted == 1)
    #expect(scene.center.callback(id)?.priority == 4)
    #expect(scene.center.waitingCount(in: main) == 1)
  }

  @Test("moved to a full queue where its number already waits: merges, for it takes no place")
  func moveIntoFull() {
    var scene = Scene.standard()
    var full = QueueOverrides()
    full.capacity = 1
    scene.must(.putQueue(PutQueue(id: sales, settings: full), ifRevision: nil))
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let id = scene.request("0101")
    let other = scene.request("0101", in: sales)
    var move = UpdateCallback(id: id)
    move.queue = sales
    scene.must(.updateCallback(move))
    #expect(scene.state(other) == .finished(.merged(into: id)))
    #expect(scene.center.waitingCount(in: sales) == 1)
    var next = UpdateCallback(id: scene.request("0102"))
    next.queue = sales
    #expect(scene.refusal(.updateCallback(next)) == .refused(.queueFull))
  }

  @Test("moved with a new note to where its number waits: the note goes on")
  func moveWithNote() {
    var scene = Self.twoQueues()
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let older = scene.request("0101", in: sales)
    var move = UpdateCallback(id: scene.request("0101"))
    move.queue = sales
    move.note = "about the garage"
    scene.must(.updateCallback(move))
    #expect(scene.center.callback(older)?.request.value.note == "about the garage")
  }

  @Test("a not-before that had passed when it was named delays nothing after the clock goes back")
  func pastNotBefore() {
    var scene = Scene.standard()
    let wall = scene.wall
    let id = scene.request { $0.notBefore = wall }
    let attempt = scene.accept(anna)
    scene.addAgent(ben)
    scene.ready(ben)
    scene.wall = wall + .hours(-1)
    scene.report(attempt, .ended, .agentSide)
    #expect(scene.offer(to: ben)?.callback == id)
  }

  @Test("explains a callback that waits under another number for the end of its own call")
  func ownCallUnderAnotherNumber() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request("0101")
    let attempt = scene.accept(anna)
    scene.request("0101")
    scene.report(attempt, .voicemail)
    var update = UpdateCallback(id: id)
    update.number = RequestCallback.from("0102").number
    scene.must(.updateCallback(update))
    #expect(scene.center.explain(id, at: scene.now)?.reasons == [.attemptRunning])
  }

  @Test("the caller phones in while an agent is dialled: not offered again meanwhile")
  func arrivesWhileDialled() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request()
    let attempt = scene.accept(anna)
    #expect(
      scene.must(.reportCallerReached(.callback(id), .arrived))
        == .callerReached(changed: 1, pending: 0))
    scene.report(attempt, .ended, .agentSide)
    #expect(scene.state(id) == .queued)
    #expect(scene.center.explain(id, at: scene.now)?.reasons == [.callerArrived])
    scene.must(.reportCallerReached(.callback(id), .left))
    #expect(scene.offer(to: ben)?.callback == id)
  }

  @Test("the only free agent has declined: it waits for the end of that, not for nothing")
  func declinedByTheOnlyFree() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.reject(anna)
    scene.pass(.seconds(20))
    guard case .interval(let wait)? = scene.estimate(id) else {
      Issue.record("nothing is told")
      return
    }
    #expect([wait.earliest, wait.median, wait.latest] == Array(repeating: .seconds(40), count: 3))
    scene.addAgent(ben)
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    scene.pass(.seconds(40))
    scene.ready(anna)
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("a not-before behind the gap after an attempt counts for the wait")
  func notBeforeBehindGap() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.report(scene.accept(anna), .notConnected, .busy)
    var update = UpdateCallback(id: id)
    update.notBefore = scene.wall + .hours(1)
    scene.must(.updateCallback(update))
    guard case .interval(let wait)? = scene.estimate(id) else {
      Issue.record("nothing is told")
      return
    }
    #expect(wait.earliest >= .hours(1))
  }

  @Test("an offer that its agent's lost stream may still show is no wait")
  func offeredWhileLost() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.disconnect(anna)
    guard case .interval(let wait)? = scene.estimate(id) else {
      Issue.record("nothing is told")
      return
    }
    #expect(wait.latest == .zero)
  }

  @Test("explains all that holds a callback whose time has not come")
  func heldBeforeItsTime() {
    var scene = Self.twoQueues()
    let wall = scene.wall
    let id = scene.request("0101", in: sales) { $0.notBefore = wall + .hours(1) }
    scene.must(.setQueueState(sales, accepting: nil, offering: false))
    scene.must(.reportCallerReached(.callback(id), .arrived))
    #expect(
      scene.center.explain(id, at: scene.now)?.reasons
        == [.notYet, .callerArrived, .queuePaused, .noMembers])
  }

  @Test("misses in a row end with Ready and with a reject")
  func missesEnd() {
    var scene = Scene.standard { $0.missesUntilNotAnswering = 2 }
    for digits in ["0101", "0102", "0103"] { scene.request(digits) }
    scene.pass(.seconds(20))
    #expect(scene.center.agent(anna)?.misses == 1)
    scene.ready(anna)
    #expect(scene.center.agent(anna)?.misses == 0)
    scene.pass(.seconds(20))
    #expect(scene.center.agent(anna)?.misses == 1)
    scene.reject(anna)
    #expect(scene.center.agent(anna)?.misses == 0)
  }

  @Test("no report comes: a cancelled callback ends then, one that has expired waits for its fate")
  func endedWithoutReport() {
    var scene = Scene.standard()
    let cancelled = scene.request("0101")
    scene.accept(anna)
    scene.must(.cancelCallback(cancelled, ifRevision: nil))
    #expect(
      !scene.log.contains { if case .hangUpRequested = $0.event { true } else { false } },
      "nobody is there who could hang up")
    scene.pass(.minutes(15))
    #expect(scene.state(cancelled) == .finished(.cancelled))
    scene.pass(.seconds(30))
    let wall = scene.wall
    let expired = scene.request("0102") { $0.expiresAt = wall + .minutes(5) }
    let attempt = scene.accept(anna)
    scene.pass(.minutes(15))
    #expect(scene.state(expired) == .uncertain(attempt))
    scene.report(attempt, .notConnected, .busy)
    #expect(scene.state(expired) == .finished(.expired))
  }

  @Test("the card's setting counts as it is at the accept; a changed name keeps the offer")
  func changesWhileOffered() throws {
    var scene = Scene.standard()
    scene.request {
      $0.lookup = CallerLookup(status: .resolved, matches: [Known.previousCustomer.match])
    }
    let offer = try #require(scene.offer(to: anna))
    var settings = QueueOverrides()
    settings.previousCustomerCard = .greeting
    scene.must(.putQueue(PutQueue(id: main, settings: settings), ifRevision: nil))
    scene.must(
      .putAgent(
        anna, AgentSettings(name: "Anna", memberships: [Membership(queue: main)]),
        ifRevision: nil))
    #expect(scene.center.offer(offer.id)?.state == .pending)
    let attempt = scene.accept(anna)
    #expect(scene.center.attempt(attempt)?.plan.value.resolution.card == .greeting)
  }

  @Test("an agent who is deleted loses the offer without a miss; expiry names itself")
  func offerEnds() throws {
    var scene = Scene.standard()
    let wall = scene.wall
    let id = scene.request { $0.expiresAt = wall + .seconds(10) }
    let first = try #require(scene.offer(to: anna))
    scene.must(.deleteAgent(anna, ifRevision: nil))
    #expect(scene.center.offer(first.id)?.state == .withdrawn(.agentMoved))
    #expect(scene.state(id) == .queued)
    scene.addAgent(ben)
    scene.ready(ben)
    let second = try #require(scene.offer(to: ben))
    scene.pass(.seconds(10))
    #expect(scene.center.offer(second.id)?.state == .withdrawn(.callbackExpired))
  }

  @Test("the grace of a lost stream begins anew after a restart; inactivity after a cooldown")
  func timesBeginAnew() {
    var scene = Scene.standard()
    scene.request()
    let attempt = scene.accept(anna)
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    scene.pass(.minutes(10))
    scene.finishCall(attempt)
    scene.pass(.minutes(30))
    #expect(scene.status(anna) == .inactive(nil), "30 s of it were cooldown")
    scene.pass(.seconds(30))
    #expect(scene.status(anna) == .offline)
    scene.ready(anna)
    scene.disconnect(anna)
    scene.pass(.seconds(5))
    scene.must(.serviceStarted)
    scene.pass(.seconds(9))
    #expect(scene.status(anna) == .ready)
    scene.pass(.seconds(1))
    #expect(scene.status(anna) == .offline)
  }

  @Test("nobody can tell how long it waits while its number is on a call of another queue")
  func numberOnACall() {
    var scene = Self.twoQueues()
    scene.addAgent(ben, in: [sales])
    scene.ready(ben)
    scene.request("0101")
    scene.accept(anna)
    let asked = scene.requestReply("0101", in: sales) { $0.validateOnly = true }
    let taken = scene.requestReply("0101", in: sales)
    #expect(taken.wait?.value == .unknown(.attemptRunning))
    #expect(asked.wait == taken.wait)
  }
}

extension Scene {
  /// How long a callback is said to wait.
  func estimate(_ id: CallbackID) -> WaitEstimate? {
    center.callback(id).map { center.waitEstimate(of: $0, at: now, wall: wall) }
  }
}
