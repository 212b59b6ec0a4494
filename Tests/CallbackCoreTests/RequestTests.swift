import CallbackCore
import Testing

/// DOMAIN, "Who is calling" and "Taking requests".
@Suite("Taking requests")
struct RequestTests {
  @Test("a request without any number is refused")
  func noNumber() {
    var scene = Scene.standard()
    var request = RequestCallback.from("0101")
    request.number = .none
    #expect(scene.refusal(.requestCallback(request)) == .refused(.noCallbackNumber))
  }

  @Test(
    "each guard refuses with its own reason",
    arguments: [
      (NumberReading.impossible(asGiven: "12"), GuardReason.impossibleNumber),
      (.number(PhoneNumber(e164: "+19005550100"), kind: .premiumRate), .premiumRateNumber),
      (.number(PhoneNumber(e164: "+1911"), kind: .emergency), .emergencyNumber),
      (.number(PhoneNumber(e164: "+12025550100"), kind: .ordinary), .ownNumber),
      (.number(PhoneNumber(e164: "+12025550100", extension: "7"), kind: .ordinary), .ownNumber),
      (.number(PhoneNumber(e164: "+12025550666"), kind: .ordinary), .excludedNumber),
      (.number(PhoneNumber(e164: "+12025550667"), kind: .ordinary), .excludedNumber),
    ])
  func guards(reading: NumberReading, reason: GuardReason) {
    var scene = Scene.standard()
    scene.must(
      .putExclusion(Exclusion(key: .init(e164: "+12025550666")), ifRevision: nil))
    scene.must(
      .putExclusion(
        Exclusion(key: .init(e164: "+12025550667", location: downtown)), ifRevision: nil))
    var request = RequestCallback.from("0101")
    request.number = reading
    #expect(scene.refusal(.requestCallback(request)) == .refused(reason))
  }

  @Test("an exclusion for one location does not hold for another")
  func exclusionElsewhere() {
    var scene = Scene.standard()
    scene.must(.putLocation(Location(id: LocationID("uptown")), ifRevision: nil))
    scene.must(
      .putExclusion(
        Exclusion(key: .init(e164: "+12025550667", location: LocationID("uptown"))),
        ifRevision: nil))
    scene.request("0667")
  }

  @Test("a closed queue refuses; a full one too, but still merges")
  func closedAndFull() {
    var scene = Scene.standard { $0.capacity = 1 }
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let id = scene.request("0101")
    #expect(scene.refusal(.requestCallback(.from("0102"))) == .refused(.queueFull))
    #expect(scene.request("0101") == id)
    scene.must(.setQueueState(main, accepting: false, offering: nil))
    #expect(scene.refusal(.requestCallback(.from("0101"))) == .refused(.queueClosed))
  }

  @Test("a request that names no queue, from a number that has none, is refused")
  func noQueue() {
    var scene = Scene.standard()
    var request = RequestCallback.from("0101", in: nil)
    request.dialled = nil
    #expect(scene.refusal(.requestCallback(request)) == .refused(.noQueue))
  }

  @Test("validate only tells position and merging, and changes nothing")
  func validateOnly() {
    var scene = Scene.standard()
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let id = scene.request("0101")
    let before = scene.center
    let would = scene.requestReply("0102") { $0.validateOnly = true }
    #expect(would.callback == nil)
    #expect(!would.merged)
    #expect(would.position == 1)
    let merge = scene.requestReply("0101") { $0.validateOnly = true }
    #expect(merge.callback == id)
    #expect(merge.merged)
    #expect(scene.center == before)
  }

  @Test("a second request merges: older place, higher priority, earlier not-before")
  func merging() throws {
    var scene = Scene.standard()
    let wall = scene.wall
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let id = scene.request("0101") { $0.notBefore = wall + .hours(2) }
    scene.request("0102")
    let reply = scene.requestReply("0101") {
      $0.priority = 5
      $0.notBefore = wall + .hours(1)
    }
    #expect(reply.merged)
    #expect(reply.callback == id)
    let callback = try #require(scene.center.callback(id))
    #expect(callback.priority == 5)
    #expect(callback.notBefore == scene.wall + .hours(1))
    #expect(callback.state == .scheduled(until: scene.wall + .hours(1), reason: .notBefore))
    #expect(callback.merged == 1)
    let now = scene.requestReply("0101")
    #expect(now.eligibleAt == scene.wall, "no not-before is the earliest")
    #expect(scene.state(id) == .queued)
    #expect(scene.center.callback(id)?.priority == 5)
  }

  @Test("another extension is another line; another queue is another callback")
  func lines() {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    let id = scene.request("0101")
    let desk = scene.request("0101") {
      $0.number = .number(PhoneNumber(e164: "+12025550101", extension: "7"), kind: .ordinary)
    }
    let other = scene.request("0101", in: sales)
    #expect(Set([id, desk, other]).count == 3)
  }

  @Test("a merge ends a retry gap")
  func mergeEndsGap() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.report(scene.accept(anna), .notConnected, .noAnswer)
    #expect(scene.state(id) == .retryWait(until: scene.now + .minutes(10)))
    #expect(scene.request() == id)
    #expect(scene.state(id) == .queued)
  }

  @Test("a request during CONNECTED is a new callback, not offered while the call lasts")
  func duringCall() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    let first = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .answered)
    let second = scene.request()
    #expect(second != first)
    #expect(scene.state(second) == .queued, "the number is in use")
    scene.report(attempt, .ended)
    #expect(scene.offer(to: ben)?.callback == second)
  }

  @Test("a request during DIALING that ends in voicemail is queued again")
  func askedAgain() {
    var scene = Scene.standard()
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request()
    let attempt = scene.accept(anna)
    #expect(scene.request() == id)
    scene.report(attempt, .voicemail)
    #expect(scene.state(id) == .queued)
    scene.report(attempt, .ended)
    #expect(scene.offer(to: ben)?.callback == id)
  }

  @Test("a request during DIALING that is answered completes all the same")
  func askedAgainAnswered() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.request()
    scene.finishCall(attempt)
    #expect(scene.state(id) == .finished(.answered))
  }

  @Test("at most one live dial per number over all queues")
  func oneDialPerNumber() {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    scene.addAgent(ben, in: [sales])
    scene.ready(ben)
    scene.request("0101")
    let other = scene.request("0101", in: sales)
    #expect(scene.state(other) == .queued, "offered in the other queue")
    let attempt = scene.accept(anna)
    #expect(scene.state(other) == .queued, "dialled in the other queue")
    scene.finishCall(attempt)
    #expect(scene.offer(to: ben)?.callback == other)
  }

  @Test("expires by the request or by the queue's setting, whichever is earlier")
  func expiry() {
    var scene = Scene.standard { $0.expiry = .hours(1) }
    let wall = scene.wall
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let setting = scene.request("0101")
    let named = scene.request("0102") { $0.expiresAt = wall + .minutes(10) }
    scene.pass(.minutes(10))
    #expect(scene.state(named) == .finished(.expired))
    #expect(scene.state(setting) == .queued)
    scene.pass(.minutes(50))
    #expect(scene.state(setting) == .finished(.expired))
    var late = RequestCallback.from("0103")
    late.expiresAt = scene.wall
    #expect(
      scene.refusal(.requestCallback(late))
        == .invalid(field: "expires_at", reason: "lies in the past"))
  }

  @Test("what would expire before its own not-before is refused")
  func expiresBeforeItsTime() {
    var scene = Scene.standard()
    let wall = scene.wall
    var request = RequestCallback.from("0101")
    request.notBefore = wall + .hours(2)
    for expiry in [Span.hours(1), .hours(2)] {
      request.expiresAt = wall + expiry
      #expect(
        scene.refusal(.requestCallback(request))
          == .invalid(field: "expires_at", reason: "must lie after not_before"))
    }
    request.expiresAt = wall + .hours(3)
    scene.must(.requestCallback(request))
    request.notBefore = wall + .hours(-1)
    request.expiresAt = wall + .hours(1)
    scene.must(.requestCallback(request))
  }

  @Test("what the queue would expire before its not-before is refused")
  func queueExpiresBeforeItsTime() {
    var scene = Scene.standard { $0.expiry = .hours(1) }
    var request = RequestCallback.from("0101")
    request.notBefore = scene.wall + .hours(1)
    #expect(
      scene.refusal(.requestCallback(request))
        == .invalid(field: "not_before", reason: "must lie before the callback expires"))
    request.notBefore = scene.wall + .minutes(59)
    scene.must(.requestCallback(request))
  }

  @Test("waits no longer when its number is excluded")
  func excluded() {
    var scene = Scene.standard()
    let offered = scene.request("0102")
    let other = scene.request("0103")
    let number = RequestCallback.from("0102")
    guard case .number(let excluded, _) = number.number else { return }
    scene.must(.putLocation(Location(id: LocationID("elsewhere")), ifRevision: nil))
    let limited = Exclusion.Key(e164: excluded.e164, location: LocationID("elsewhere"))
    scene.must(.putExclusion(Exclusion(key: limited), ifRevision: nil))
    #expect(scene.state(offered)?.isLive == true)
    scene.must(
      .putExclusion(Exclusion(key: Exclusion.Key(e164: excluded.e164)), ifRevision: nil))
    #expect(scene.state(offered) == .finished(.cancelled))
    #expect(scene.state(other)?.isLive == true)
    #expect(scene.center.violations() == [])
  }
}

/// CONTRACT, "M carries request_id".
@Suite("A request id")
struct RequestIDTests {
  @Test("gives the same answer again, and refuses other content")
  func repetition() throws {
    var scene = Scene.standard()
    let first = try scene.send(.requestCallback(.from("0101")), key: "r1", fingerprint: 1)
    let before = scene.center
    let second = try scene.send(.requestCallback(.from("0101")), key: "r1", fingerprint: 1)
    #expect(first == second)
    #expect(scene.center == before)
    #expect(
      scene.refusal(.requestCallback(.from("0102")), key: "r1", fingerprint: 2)
        == .requestIDReused)
  }

  @Test("of a refusal is not remembered")
  func refusals() throws {
    var scene = Scene.standard()
    scene.must(.setQueueState(main, accepting: false, offering: nil))
    #expect(
      scene.refusal(.requestCallback(.from("0101")), key: "r1") == .refused(.queueClosed))
    scene.must(.setQueueState(main, accepting: true, offering: nil))
    try scene.send(.requestCallback(.from("0101")), key: "r1")
  }

  @Test("is forgotten after 24 hours, and beyond the limit the oldest first")
  func forgetting() throws {
    var scene = Scene.standard()
    scene.rememberAtMost(2)
    for index in 1...3 {
      try scene.send(.requestCallback(.from("010\(index)")), key: "r\(index)", fingerprint: 1)
    }
    try scene.send(.requestCallback(.from("0109")), key: "r1", fingerprint: 2)
    #expect(
      scene.refusal(.requestCallback(.from("0109")), key: "r3", fingerprint: 2)
        == .requestIDReused)
    scene.pass(.hours(24))
    try scene.send(.requestCallback(.from("0108")), key: "r3", fingerprint: 2)
  }

  @Test("has a number by which the answers of a snapshot go on where others end")
  func numbers() throws {
    var scene = Scene.standard()
    for index in 1...5 {
      try scene.send(.requestCallback(.from("010\(index)")), key: "r\(index)")
    }
    let whole = scene.center.snapshot()
    #expect(whole.answersFrom == 0)
    #expect(whole.answersEnd == 5)
    let rest = scene.center.snapshot(answersFrom: 3)
    #expect(rest.answers == Array(whole.answers[3...]))
    #expect(rest.answersFrom == 3)
    #expect(scene.center.snapshot(answersFrom: 9).answers == [])
    #expect(rest.withoutAnswers == scene.center.snapshot(answersFrom: 9))

    scene.rememberAtMost(3)
    let shorter = scene.center.snapshot(answersFrom: 1)
    #expect(shorter.answersFrom == 2)
    #expect(shorter.answers == Array(whole.answers[2...]))
  }

  @Test("of an accept rebuilds the whole answer")
  func accept() throws {
    var scene = Scene.standard()
    scene.request { $0.lookup = CallerLookup(status: .resolved, matches: [Known.customer.match]) }
    let offer = try #require(scene.offer(to: anna))
    let accept = Command.acceptOffer(offer.id, agent: anna, session: nil)
    let reply = try scene.send(accept, key: "a1")
    let attempt = try #require(scene.center.snapshot().attempts.first)
    scene.finishCall(attempt.id)
    scene.pass(.minutes(20))
    scene.request("0102")
    #expect(scene.center.attempt(attempt.id) == nil, "no longer kept")
    #expect(try scene.send(accept, key: "a1") == reply)
    guard case .accepted(let answer) = reply else { return }
    #expect(answer.plan.value.resolution.card == .customer(recordID: "customer"))
  }
}
