import CallbackCore
import Testing

/// Changes of callbacks (DOMAIN, "Taking requests" and the state machine).
@Suite("A callback that exists")
struct ChangeTests {
  /// A scene in which nobody is ready, and a callback waits.
  private static func waiting() -> (Scene, CallbackID) {
    var scene = Scene.standard()
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    let id = scene.request("0101")
    return (scene, id)
  }

  @Test("can be given another priority, not-before, note and queue while it waits")
  func update() throws {
    var (scene, id) = Self.waiting()
    var update = UpdateCallback(id: id)
    update.priority = 7
    update.note = "about the garage"
    update.notBefore = scene.wall + .hours(1)
    update.queue = sales
    scene.must(.updateCallback(update))
    let callback = try #require(scene.center.callback(id))
    #expect(callback.priority == 7)
    #expect(callback.request.value.note == "about the garage")
    #expect(callback.state == .scheduled(until: scene.wall + .hours(1), reason: .notBefore))
    #expect(callback.queue == sales)
    var back = UpdateCallback(id: id, ifRevision: callback.revision)
    back.notBefore = WallTime(0)
    scene.must(.updateCallback(back))
    #expect(scene.state(id) == .queued)
    #expect(scene.refusal(.updateCallback(back)) == .changed(.callback(id)))
  }

  @Test("cannot be put off beyond the moment at which it expires")
  func notBeforeItsExpiry() throws {
    var scene = Scene.standard { $0.expiry = .hours(1) }
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    var update = UpdateCallback(id: scene.request("0101"))
    update.notBefore = scene.wall + .hours(1)
    #expect(
      scene.refusal(.updateCallback(update))
        == .invalid(field: "not_before", reason: "must lie before the callback expires"))
    update.notBefore = scene.wall + .minutes(59)
    scene.must(.updateCallback(update))
  }

  @Test("the answer to a change tells the state and the version that hold after it")
  func answersAreAsOfTheEnd() throws {
    var scene = Scene.standard()
    let taken = scene.requestReply("0101")
    let id = try #require(taken.callback)
    #expect(scene.offer(to: anna)?.callback == id)
    #expect(taken.revision == scene.center.callback(id)?.revision)

    // Offered again at once: to the next of its agents.
    var change = UpdateCallback(id: id, ifRevision: taken.revision)
    change.notBefore = scene.wall + .hours(1)
    scene.must(.updateCallback(change))
    change = UpdateCallback(id: id)
    change.notBefore = WallTime(0)
    guard case .callback(let changed) = scene.must(.updateCallback(change)) else {
      throw Rejection.notFound(.callback(id))
    }
    let offer = try #require(scene.offer(to: anna))
    #expect(changed.state == .offered(offer.id))
    #expect(changed.revision == scene.center.callback(id)?.revision)

    // The agent's side failed: back in line, and offered to the next agent in the same step.
    scene.addAgent(ben)
    let attempt = scene.accept(anna)
    scene.ready(ben)
    let report = scene.report(attempt, .ended, .agentSide)
    let next = try #require(scene.offer(to: ben))
    #expect(report?.callbackState == .offered(next.id))
  }

  @Test("moved while offered: withdrawn without a miss; a note alone keeps the offer")
  func updateOffered() throws {
    var (scene, id) = Self.waiting()
    scene.ready(anna)
    var note = UpdateCallback(id: id)
    note.note = "urgent"
    scene.must(.updateCallback(note))
    let offer = try #require(scene.offer(to: anna))
    var move = UpdateCallback(id: id)
    move.queue = sales
    scene.must(.updateCallback(move))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.callbackChanged))
    #expect(scene.status(anna) == .ready)
    #expect(scene.center.agent(anna)?.misses == 0)
  }

  @Test("moved to a queue where its number already waits: merges, the older place goes on")
  func moveMerges() {
    var (scene, older) = Self.waiting()
    let younger = scene.request("0101", in: sales, priority: 3)
    var move = UpdateCallback(id: younger)
    move.queue = main
    guard case .callback(let reply) = scene.must(.updateCallback(move)) else { return }
    #expect(reply.merged)
    #expect(reply.id == older)
    #expect(scene.state(younger) == .finished(.merged(into: older)))
    #expect(scene.center.callback(older)?.priority == 3)
  }

  @Test("cannot be changed once it is dialled")
  func updateDialing() {
    var (scene, id) = Self.waiting()
    scene.ready(anna)
    let attempt = scene.accept(anna)
    #expect(
      scene.refusal(.updateCallback(UpdateCallback(id: id)))
        == .callbackState(id, .dialing(attempt)))
  }

  @Test("cancelled while it waits, is offered, retried or uncertain: CANCELLED")
  func cancel() throws {
    var (scene, queued) = Self.waiting()
    let wall = scene.wall
    let scheduled = scene.request("0102") { $0.notBefore = wall + .hours(1) }
    for id in [queued, scheduled] {
      #expect(scene.must(.cancelCallback(id, ifRevision: nil)) == .cancelled(id, pending: false))
      #expect(scene.state(id) == .finished(.cancelled))
    }
    scene.ready(anna)
    let offered = scene.request("0103")
    let offer = try #require(scene.offer(to: anna))
    scene.must(.cancelCallback(offered, ifRevision: nil))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.callbackCancelled))
    #expect(scene.status(anna) == .ready)
    let retried = scene.request("0104")
    scene.report(scene.accept(anna), .notConnected, .busy)
    scene.must(.cancelCallback(retried, ifRevision: nil))
    #expect(scene.state(retried) == .finished(.cancelled))
    scene.pass(.minutes(1))
    let uncertain = scene.request("0105")
    let attempt = scene.accept(anna)
    scene.pass(.minutes(15))
    scene.must(.cancelCallback(uncertain, ifRevision: nil))
    #expect(scene.state(uncertain) == .finished(.cancelled))
    #expect(scene.center.attempt(attempt)?.phase == .ended)
  }

  @Test("cannot be cancelled while CONNECTED, nor after its end; cancelling twice is harmless")
  func cancelLate() {
    var (scene, id) = Self.waiting()
    scene.ready(anna)
    let attempt = scene.accept(anna)
    scene.report(attempt, .answered)
    #expect(
      scene.refusal(.cancelCallback(id, ifRevision: nil))
        == .callbackState(id, .connected(attempt)))
    scene.report(attempt, .ended)
    #expect(
      scene.refusal(.cancelCallback(id, ifRevision: nil))
        == .callbackState(id, .finished(.answered)))
    let other = scene.request("0102")
    scene.must(.cancelCallback(other, ifRevision: nil))
    scene.must(.cancelCallback(other, ifRevision: nil))
  }

  @Test("a caller who phones in suspends offers, and is cancelled when served or goes on")
  func callerReached() throws {
    var (scene, id) = Self.waiting()
    scene.ready(anna)
    let line = PhoneNumber.Line(e164: "+12025550101")
    let offer = try #require(scene.offer(to: anna))
    scene.must(.reportCallerReached(.number(line), .arrived))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.callerArrived))
    #expect(scene.status(anna) == .ready)
    #expect(scene.center.explain(id, at: scene.now)?.reasons == [.callerArrived])
    scene.must(.reportCallerReached(.number(line), .left))
    #expect(scene.offer(to: anna)?.callback == id)
    scene.must(.reportCallerReached(.callback(id), .arrived))
    scene.pass(.minutes(15))
    #expect(scene.offer(to: anna)?.callback == id, "suspended for at most 15 minutes")
    #expect(
      scene.must(.reportCallerReached(.number(line), .served))
        == .callerReached(changed: 1, pending: 0))
    #expect(scene.state(id) == .finished(.callerReached))
    #expect(
      scene.refusal(.reportCallerReached(.number(line), .served))
        == .notFound(.callbacksOfNumber))
  }

  @Test("a finished callback can be queued again, at its place")
  func requeue() {
    var (scene, id) = Self.waiting()
    scene.must(.cancelCallback(id, ifRevision: nil))
    let younger = scene.request("0102")
    scene.must(.requeueCallback(id))
    #expect(scene.state(id) == .queued)
    scene.ready(anna)
    #expect(scene.offer(to: anna)?.callback == id)
    #expect(
      scene.refusal(.requeueCallback(younger)) == .callbackState(younger, .queued))
  }

  @Test("queuing again and another number pass the guards of a request; it expires anew")
  func guards() {
    var scene = Scene.standard { $0.expiry = .hours(1) }
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let id = scene.request("0101")
    scene.pass(.minutes(50))
    scene.must(.cancelCallback(id, ifRevision: nil))
    let key = Exclusion.Key(e164: "+12025550101")
    scene.must(.putExclusion(Exclusion(key: key), ifRevision: nil))
    #expect(scene.refusal(.requeueCallback(id)) == .refused(.excludedNumber))
    var update = UpdateCallback(id: scene.request("0102"))
    update.number = RequestCallback.from("0101").number
    #expect(scene.refusal(.updateCallback(update)) == .refused(.excludedNumber))
    update.number = RequestCallback.from("0100").number
    #expect(scene.refusal(.updateCallback(update)) == .refused(.ownNumber))
    scene.must(.deleteExclusion(key, ifRevision: nil))
    scene.must(.setQueueState(main, accepting: false, offering: nil))
    #expect(scene.refusal(.requeueCallback(id)) == .refused(.queueClosed))
    scene.must(.setQueueState(main, accepting: true, offering: nil))
    scene.must(.requeueCallback(id))
    scene.pass(.minutes(59))
    #expect(scene.state(id) == .queued)
    scene.pass(.minutes(1))
    #expect(scene.state(id) == .finished(.expired))
  }

  @Test("a caller whose call goes on already is reached: that is no end of the callback")
  func reachedWhileConnected() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .answered)
    #expect(
      scene.refusal(.reportCallerReached(.callback(id), .served))
        == .callbackState(id, .connected(attempt)))
  }

  @Test("a late answer of the directory changes labels and card until the accept, never removes")
  func lateLookup() throws {
    var scene = Scene.standard { $0.classes = [.customers, .leads] }
    let id = scene.request { $0.lookup = CallerLookup(status: .failed) }
    let offer = try #require(scene.offer(to: anna))
    let before = scene.center.callback(id)?.revision ?? 0
    let line = try #require(scene.center.callback(id)).line
    scene.must(.updateResolution(id, CallerLookup(status: .resolved), asked: line))
    #expect(scene.center.callback(id)?.resolution.value.labels == .unknown)
    #expect(scene.center.offer(offer.id)?.state == .pending, "though unknown is not taken")
    scene.must(
      .updateResolution(
        id, CallerLookup(status: .resolved, matches: [Known.customer.match]), asked: line))
    #expect((scene.center.callback(id)?.revision ?? 0) > before)
    let attempt = scene.accept(anna)
    #expect(
      scene.center.attempt(attempt)?.plan.value.resolution.card
        == .customer(recordID: "customer"))
    #expect(
      scene.refusal(.updateResolution(id, CallerLookup(status: .resolved), asked: line))
        == .callbackState(id, .dialing(attempt)))
  }

  @Test("a late answer about the number that a callback had before says nothing of it")
  func lateLookupOfAnotherNumber() throws {
    var scene = Scene.standard()
    let id = scene.request { $0.lookup = CallerLookup(status: .failed) }
    let line = try #require(scene.center.callback(id)).line
    var update = UpdateCallback(id: id)
    update.number = RequestCallback.from("0199").number
    update.lookup = CallerLookup(status: .resolved, matches: [Known.customer.match])
    scene.must(.updateCallback(update))
    scene.must(.updateResolution(id, CallerLookup(status: .resolved), asked: line))
    #expect(scene.center.callback(id)?.resolution.value.labels == .customer)
  }

  @Test("Previous Customers open the Greeting card by setting")
  func previousCustomerCard() {
    var scene = Scene.standard { $0.previousCustomerCard = .greeting }
    scene.request {
      $0.lookup = CallerLookup(
        status: .resolved, matches: [Known.previousCustomer.match], isStale: true)
    }
    let attempt = scene.accept(anna)
    #expect(scene.center.attempt(attempt)?.plan.value.resolution.isStale == true)
    #expect(scene.center.attempt(attempt)?.plan.value.resolution.card == .greeting)
    #expect(scene.center.attempt(attempt)?.plan.value.resolution.labels == .previousCustomer)
  }
}

/// Who is first among several matches (DOMAIN, "Who is calling").
@Suite("Ranking")
struct RankingTests {
  @Test("goes by class, then same location, then newest, then record id")
  func order() {
    func match(
      _ id: String, _ known: Known, at location: LocationID? = nil, _ age: Int64 = 0
    ) -> CallerMatch {
      var match = known.match
      match.recordID = id
      match.location = location
      match.updatedAt = WallTime(age)
      return match
    }
    let ranked = CallerRanking.rank(
      [
        match("g", .inactiveLead, at: downtown, 9), match("f", .previousCustomer, 9),
        match("e", .customer, 1), match("d", .customer, 1), match("c", .customer, 2),
        match("b", .customer, at: downtown, 1), match("a", .activeLead),
      ], at: downtown)
    #expect(ranked.map(\.recordID) == ["a", "b", "c", "d", "e", "f", "g"])
  }
}
