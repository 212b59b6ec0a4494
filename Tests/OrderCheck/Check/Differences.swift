/// What an answer says otherwise than the state at its position.
struct Differences {
  /// In words; empty where there are none.
  private(set) var words: [String] = []

  /// Notes a part of an answer that is not what the state says.
  mutating func expect<Value: Equatable>(_ name: String, _ told: Value, is state: Value) {
    if told != state { words.append("\(name) is \(told), and \(state) by the log") }
  }

  /// Notes something that must hold.
  mutating func require(_ holds: Bool, _ otherwise: String) {
    if !holds { words.append(otherwise) }
  }
}
