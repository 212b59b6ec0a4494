import CallbackCore
import Testing

/// Sequences in which the random walk once broke an invariant.
@Suite("Found by the random walk")
struct FoundByWalkTests {
  @Test("a late answer of an uncertain attempt takes back what is offered of its number")
  func lateAnswerWhileOffered() throws {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    scene.addAgent(ben, in: [sales])
    let first = scene.request("0101")
    let attempt = scene.accept(anna)
    scene.pass(.minutes(15))
    scene.ready(ben)
    let second = scene.request("0101", in: sales)
    let offer = try #require(scene.offer(to: ben))
    scene.report(attempt, .answered)
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.callbackChanged))
    #expect(scene.state(first) == .connected(attempt))
    #expect(scene.state(second) == .queued)
    scene.report(attempt, .ended)
    #expect(scene.offer(to: ben)?.callback == second)
  }

  @Test("a late answer while its number is dialled anew is an answer whose end is unknown")
  func lateAnswerWhileDialled() {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales), ifRevision: nil))
    scene.addAgent(ben, in: [sales])
    let first = scene.request("0101")
    let attempt = scene.accept(anna)
    scene.pass(.minutes(15))
    scene.ready(ben)
    scene.request("0101", in: sales)
    scene.accept(ben)
    scene.report(attempt, .answered)
    #expect(scene.state(first) == .finished(.answeredEndUnknown))
  }

  @Test("a callback queued again after voicemail is not offered under another number either")
  func otherNumberWhileTalking() {
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
    #expect(scene.state(id) == .queued, "its attempt still runs")
    scene.report(attempt, .ended)
    #expect(scene.offer(to: ben)?.callback == id)
  }

  @Test("what a command names is not dropped by the command's own first event")
  func requeueAtTheLastMoment() {
    var scene = Scene.standard()
    let id = scene.request()
    scene.finishCall(scene.accept(anna))
    scene.pass(.minutes(20))
    scene.must(.requeueCallback(id))
    #expect(scene.offer(to: anna)?.callback == id)
  }
}
