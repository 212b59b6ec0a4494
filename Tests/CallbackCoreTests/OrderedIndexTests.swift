import Testing

@testable import CallbackCore

@Suite("The ordered index")
struct OrderedIndexTests {
  @Test("is a sorted set, whatever comes in and goes out", arguments: 1...8 as ClosedRange<UInt64>)
  func againstModel(seed: UInt64) {
    var chance = Chance(seed: seed)
    var index = OrderedIndex<Int>()
    var model: Set<Int> = []
    for step in 0..<4_000 {
      let key = Int.random(in: 0..<1_500, using: &chance)
      if Int.random(in: 0..<5, using: &chance) < (step < 2_000 ? 4 : 1) {
        #expect(index.insert(key) == model.insert(key).inserted)
      } else {
        #expect(index.remove(key) == (model.remove(key) != nil))
      }
      #expect(index.count == model.count)
    }
    let sorted = model.sorted()
    #expect(index.keys == sorted)
    #expect(index.first == sorted.first)
    for key in stride(from: -1, through: 1_500, by: 37) {
      #expect(index.rank(of: key) == sorted.count { $0 < key })
      #expect(index.contains(key) == model.contains(key))
      #expect(index.keys(after: key, limit: 5) == Array(sorted.filter { $0 > key }.prefix(5)))
    }
    for key in sorted { index.remove(key) }
    #expect(index.isEmpty)
    #expect(index.first == nil)
  }

  @Test("keeps order when keys come in rising or falling order")
  func ordered() {
    var rising = OrderedIndex<Int>()
    var falling = OrderedIndex<Int>()
    for key in 0..<3_000 {
      rising.insert(key)
      falling.insert(2_999 - key)
    }
    #expect(rising.keys == Array(0..<3_000))
    #expect(falling.keys == rising.keys)
    #expect(rising.keys(after: nil, limit: 2) == [0, 1])
  }
}
