import Testing

@testable import CallbackCore

/// CONTRACT, "ForgetCaller".
@Suite("Forgetting a caller")
struct ForgettingTests {
  private let number = "+12025550102"

  @Test("takes the answers along, and the rest have numbers that none has had")
  func answers() throws {
    var scene = Scene.standard()
    scene.rememberAtMost(3)
    for index in 1...3 {
      try scene.send(.requestCallback(.from("010\(index)")), key: "r\(index)")
    }
    scene.must(.forgetCaller(e164: "+12025550102"))
    let left = scene.center.snapshot(answersFrom: 3)
    #expect(left.answers.map(\.key.id) == ["r1", "r3"])
    #expect(left.answersFrom == 3)
    // What was forgotten takes no room of the three.
    try scene.send(.requestCallback(.from("0104")), key: "r4")
    #expect(scene.center.snapshot().answers.map(\.key.id) == ["r1", "r3", "r4"])
    #expect(CallCenter(restoring: scene.center.snapshot()) == scene.center)
  }

  @Test("is refused while an agent is on the call, also where voicemail has completed it")
  func voicemail() {
    var scene = Scene.standard()
    let id = scene.request("0102")
    let attempt = scene.accept(anna)
    #expect(
      scene.refusal(.forgetCaller(e164: number)) == .callbackState(id, .dialing(attempt)))
    scene.report(attempt, .voicemail)
    #expect(scene.state(id) == .finished(.voicemail))
    #expect(
      scene.refusal(.forgetCaller(e164: number)) == .callbackState(id, .connected(attempt)))
    scene.report(attempt, .ended)
    scene.must(.forgetCaller(e164: number))
    #expect(scene.center.callback(id) == nil)
    #expect(scene.center.attempt(attempt) == nil)
    #expect(scene.center.violations() == [])
  }

  @Test("also finds a number that was dialled before it was changed")
  func changed() {
    var scene = Scene.standard()
    let id = scene.request("0102")
    let attempt = scene.accept(anna)
    scene.report(attempt, .ended, .busy)
    var update = UpdateCallback(id: id)
    update.number = RequestCallback.from("0103").number
    scene.must(.updateCallback(update))
    scene.must(.forgetCaller(e164: number))
    #expect(scene.center.attempt(attempt) == nil)
    #expect(scene.center.callback(id) == nil)
  }

  @Test("cancels what has another number by now, whose old one an answer still tells")
  func answered() throws {
    var scene = Scene.standard()
    try scene.send(.requestCallback(.from("0102")), key: "r1")
    let id = try #require(scene.center.snapshot().callbacks.first?.id)
    var update = UpdateCallback(id: id)
    update.number = RequestCallback.from("0103").number
    scene.must(.updateCallback(update))
    #expect(scene.must(.forgetCaller(e164: number)) == .forgotten(cancelled: 1, callbacks: 1))
    #expect(scene.center.callback(id) == nil)
    #expect(scene.center.snapshot().offers.isEmpty)
    #expect(scene.center.violations() == [])
  }
}
