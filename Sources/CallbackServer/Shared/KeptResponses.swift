/// A response that may be given again, with what it holds for.
final class KeptResponse: Sendable {
  let request: RequestBytes
  let parts: ResponseParts
  /// What held when the response was made.
  let moment: ResolvedAnswers.Moment
  /// The resolver's time at which the response ends.
  let goodUntil: Duration

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
struct KeptResponses {
  /// Places in all; some hundred bytes for each that is taken.
  static let capacity = 32_768
  static let setSize = 8

  /// The upper halves of the hashes, which are all that a search looks at; the lower name the set.
  private var tags: [UInt32] = []
  private var responses: [KeptResponse?] = []

  /// The response whose request has the hash; that it is the same request remains to be seen.
  func find(_ hash: UInt64) -> KeptResponse? {
    if tags.isEmpty { return nil }
    return place(of: hash).flatMap { responses[$0] }
  }

  /// Keeps a response, in place of another with the same hash.
  mutating func put(_ response: KeptResponse, _ hash: UInt64) {
    if tags.isEmpty {
      tags = Array(repeating: 0, count: Self.capacity)
      responses = Array(repeating: nil, count: Self.capacity)
    }
    let place = place(of: hash) ?? nextPlace(in: Self.set(hash))
    tags[place] = Self.tag(hash)
    responses[place] = response
  }

  private func place(of hash: UInt64) -> Int? {
    for place in Self.set(hash) where tags[place] == Self.tag(hash) { return place }
    return nil
  }

  private func nextPlace(in set: Range<Int>) -> Int {
    // A place that is free is older than all others.
    set.min { (responses[$0]?.moment.at ?? .zero) < (responses[$1]?.moment.at ?? .zero) }!
  }

  private static func set(_ hash: UInt64) -> Range<Int> {
    let first = Int(truncatingIfNeeded: hash) & (capacity / setSize - 1) * setSize
    return first..<first + setSize
  }

  private static func tag(_ hash: UInt64) -> UInt32 { UInt32(hash >> 32) }
}
