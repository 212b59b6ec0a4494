import CallbackCore
import Testing

@Suite("A made id")
struct IdentifierTests {
  @Test(
    "reads back from its 26 characters, in either case",
    arguments: [
      (UInt64(0), UInt64(0)), (.max, .max), (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210), (1, 0),
    ])
  func roundTrip(high: UInt64, low: UInt64) {
    let id = CallbackID(high: high, low: low)
    #expect(id.text.utf8.count == 26)
    #expect(CallbackID(text: id.text) == id)
    #expect(CallbackID(text: id.text.lowercased()) == id)
  }

  @Test(
    "refuses any other text",
    arguments: [
      "", "0", "0000000000000000000000000", "000000000000000000000000000",
      "80000000000000000000000000", "0000000000000000000000000U", "0000000000000000000000000I",
      "0000000000000000000000000-", "0000000000000000000000000é",
    ])
  func refusal(text: String) { #expect(CallbackID(text: text) == nil) }

  @Test("sorts by the time of making, in number and in text alike")
  func order() {
    var scene = Scene.standard()
    var ids: [CallbackID] = []
    for index in 0..<40 {
      ids.append(scene.request("01\(10 + index)"))
      if index % 7 == 0 { scene.pass(.seconds(1)) }
    }
    #expect(ids == ids.sorted())
    #expect(ids.map(\.text) == ids.map(\.text).sorted())
    #expect(Set(ids).count == ids.count)
  }
}
