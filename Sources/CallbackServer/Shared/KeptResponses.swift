/// A response that may be given again, with what it holds for: all in one piece, so that to give
/// it again touches no other memory.
struct KeptResponse: Sendable {
  let request: RequestBytes
  /// What held when the response was made.
  let moment: ResolvedAnswers.Moment
  /// The resolver's time at which the response ends.
  let goodUntil: Duration
  let parts: ResponseParts

  init(
    _ parts: ResponseParts, to request: RequestBytes, moment: ResolvedAnswers.Moment,
    goodUntil: Duration
  ) {
    self.request = request
    self.parts = parts
    self.moment = moment
    self.goodUntil = goodUntil
  }
}

/// Responses by the hashes of their requests, in sets of a few places each.
///
/// A hash belongs to one set. Where that is full, a new response takes the place of the oldest: of
/// the one that ends first, those that end soon would only ever drive out each other. So what is
/// there is bounded, and nothing is searched for beyond a set.
struct KeptResponses: ~Copyable {
  /// Places in all.
  static let capacity = 32_768
  static let setSize = 8

  /// The upper halves of the hashes, which are all that a search looks at; the lower name the set.
  /// That of a free place is zero.
  private var tags: [UInt32] = []
  /// The places, of which those that are taken have been written: no others take memory.
  private let places = UnsafeMutablePointer<KeptResponse>.allocate(capacity: capacity)

  deinit { places.deallocate() }

  /// Reads the response whose request has the hash; that it is the same request remains to be
  /// seen. Nil where there is none.
  func find<Value>(_ hash: UInt64, _ body: (borrowing KeptResponse) -> Value) -> Value? {
    guard let place = place(of: hash) else { return nil }
    return body(places[place])
  }

  /// Keeps a response, in place of another with the same hash.
  mutating func put(_ response: KeptResponse, _ hash: UInt64) {
    if tags.isEmpty { tags = Array(repeating: 0, count: Self.capacity) }
    let place = place(of: hash) ?? nextPlace(in: Self.set(hash))
    tags[place] = Self.tag(hash)
    (places + place).initialize(to: response)
  }

  private func place(of hash: UInt64) -> Int? {
    if tags.isEmpty { return nil }
    for place in Self.set(hash) where tags[place] == Self.tag(hash) { return place }
    return nil
  }

  private func nextPlace(in set: Range<Int>) -> Int {
    if let free = set.first(where: { tags[$0] == 0 }) { return free }
    return set.min { places[$0].moment.at < places[$1].moment.at }!
  }

  private static func set(_ hash: UInt64) -> Range<Int> {
    let first = Int(truncatingIfNeeded: hash) & (capacity / setSize - 1) * setSize
    return first..<first + setSize
  }

  /// Never zero.
  private static func tag(_ hash: UInt64) -> UInt32 { max(1, UInt32(hash >> 32)) }
}
