import CallbackCore
import Testing

/// What a second request of a number leaves, and what it changes (DOMAIN, "Taking requests").
@Suite("A merge")
struct MergeTests {
  /// A scene in which nobody is ready.
  private static func waiting(_ configure: (inout QueueOverrides) -> Void = { _ in }) -> Scene {
    var scene = Scene.standard(configure)
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    return scene
  }

  @Test("takes back a cancel that waits for the attempt's report: the caller wants to be called")
  func cancelTakenBack() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.must(.cancelCallback(id, ifRevision: nil))
    #expect(scene.request() == id)
    scene.report(attempt, .notConnected, .busy)
    #expect(scene.state(id) == .retryWait(until: scene.now + .minutes(5)))
  }

  @Test("lets offers go on: who asks again in the inbound queue does not wait there")
  func resumes() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.must(.reportCallerReached(.callback(id), .arrived))
    #expect(scene.state(id) == .queued)
    scene.request()
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test("lasts as long as the longer of both")
  func expiry() {
    var scene = Self.waiting { $0.expiry = .hours(1) }
    let id = scene.request()
    scene.pass(.minutes(40))
    scene.request()
    scene.pass(.minutes(59))
    #expect(scene.state(id) == .queued)
    scene.pass(.minutes(1))
    #expect(scene.state(id) == .finished(.expired))
  }

  @Test("keeps who is calling where the second look-up fails, and what it did not know before")
  func keepsWhatIsKnown() throws {
    var scene = Self.waiting()
    let id = scene.request {
      $0.lookup = CallerLookup(status: .resolved, matches: [Known.customer.match])
      $0.caller.name = ""
      $0.note = "first"
      $0.dialled = nil
    }
    scene.request { $0.lookup = CallerLookup(status: .failed) }
    let callback = try #require(scene.center.callback(id))
    #expect(callback.resolution.value.labels == .customer)
    #expect(callback.request.value.caller.name == "Caller 0123")
    #expect(callback.request.value.location == downtown)
    #expect(callback.request.value.adSource == "Billboard")
    #expect(callback.request.value.note == "first")
    scene.request { $0.note = "second" }
    #expect(scene.center.callback(id)?.request.value.note == "second")
  }

  @Test("by a move into a queue where the number is being dialled leaves the attempt alone")
  func movedToDialled() throws {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    scene.addAgent(ben, in: [sales])
    let older = scene.request("0101")
    scene.must(.reportCallerReached(.callback(older), .arrived))
    scene.ready(ben)
    let dialled = scene.request("0101", in: sales)
    let attempt = scene.accept(ben)
    scene.must(.cancelCallback(dialled, ifRevision: nil))
    var move = UpdateCallback(id: older)
    move.queue = sales
    scene.must(.updateCallback(move))
    #expect(scene.state(older) == .finished(.merged(into: dialled)))
    #expect(scene.state(dialled) == .dialing(attempt))
    scene.report(attempt, .notConnected, .busy)
    #expect(
      scene.state(dialled) == .retryWait(until: scene.now + .minutes(5)),
      "the cancel concerned the other")
  }

  @Test("by another number within the queue; what is merged lasts as long as the longer")
  func renumbered() {
    var scene = Self.waiting()
    let wall = scene.wall
    let id = scene.request("0101") { $0.expiresAt = wall + .minutes(10) }
    let other = scene.request("0102")
    var update = UpdateCallback(id: other)
    update.number = RequestCallback.from("0101").number
    scene.must(.updateCallback(update))
    #expect(scene.state(other) == .finished(.merged(into: id)))
    scene.pass(.hours(1))
    #expect(scene.state(id) == .queued)
  }
}
