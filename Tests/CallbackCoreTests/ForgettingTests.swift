import Testing

@testable import CallbackCore

/// CONTRACT, "ForgetCaller".
@Suite("Forgetting a caller")
struct ForgettingTests {
  private let number = "+12025550102"

  @Test("takes the answers along, and the rest have numbers that none has had")
  func answers() throws {
    var scene = Scene.standard()
    var settings = scene.center.settings
    settings.requestMemoryLimit = 3
    scene.must(.putSettings(settings, ifRevision: nil))
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
}
