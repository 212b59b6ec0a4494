import CallbackCore
import Testing

/// What one rule does while another holds.
@Suite("Rules that meet")
struct CombinationTests {
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

}
