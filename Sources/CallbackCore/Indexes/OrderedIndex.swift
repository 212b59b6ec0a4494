/// A sorted set of keys in chunks: inserting, removing, the first key and counting what lies
/// before a key take logarithmic time, apart from moving at most one chunk's keys.
///
/// The chunks' first keys and sizes lie side by side, so that a search touches one array and one
/// chunk. How keys are spread over chunks depends on the order of changes; nothing but speed
/// depends on it.
struct OrderedIndex<Key: Comparable & Sendable>: Sendable {
  /// A chunk is split when it would grow above this: moving 64 keys costs about as much as
  /// finding their place.
  private static var chunkLimit: Int { 128 }

  private var chunks: [[Key]] = []
  private var firsts: [Key] = []
  private var sizes: [Int32] = []
  private(set) var count = 0

  init() {}

  var isEmpty: Bool { count == 0 }
  var first: Key? { firsts.first }

  /// Adds a key; false if it was there.
  @discardableResult
  mutating func insert(_ key: Key) -> Bool {
    guard let chunk = chunkIndex(of: key) else {
      if chunks.isEmpty {
        chunks.append([key])
        firsts.append(key)
        sizes.append(1)
      } else {
        chunks[0].insert(key, at: 0)
        firsts[0] = key
        sizes[0] += 1
        splitIfLarge(0)
      }
      count += 1
      return true
    }
    let place = Self.lowerBound(chunks[chunk], key)
    if place < chunks[chunk].count, chunks[chunk][place] == key { return false }
    chunks[chunk].insert(key, at: place)
    sizes[chunk] += 1
    count += 1
    splitIfLarge(chunk)
    return true
  }

  /// Takes a key out; false if it was not there.
  @discardableResult
  mutating func remove(_ key: Key) -> Bool {
    guard let chunk = chunkIndex(of: key) else { return false }
    let place = Self.lowerBound(chunks[chunk], key)
    guard place < chunks[chunk].count, chunks[chunk][place] == key else { return false }
    chunks[chunk].remove(at: place)
    sizes[chunk] -= 1
    count -= 1
    if chunks[chunk].isEmpty {
      chunks.remove(at: chunk)
      firsts.remove(at: chunk)
      sizes.remove(at: chunk)
    } else {
      if place == 0 { firsts[chunk] = chunks[chunk][0] }
      joinIfSmall(chunk)
    }
    return true
  }

  func contains(_ key: Key) -> Bool {
    guard let chunk = chunkIndex(of: key) else { return false }
    let place = Self.lowerBound(chunks[chunk], key)
    return place < chunks[chunk].count && chunks[chunk][place] == key
  }

  /// How many keys are less than `key`, whether or not it is in the set.
  func rank(of key: Key) -> Int {
    guard let chunk = chunkIndex(of: key) else { return 0 }
    let place = Self.lowerBound(chunks[chunk], key)
    // Counted from the nearer end.
    if chunk < chunks.count / 2 { return sizes[..<chunk].reduce(place) { $0 + Int($1) } }
    return sizes[chunk...].reduce(count + place) { $0 - Int($1) }
  }

  /// Up to `limit` keys above `key`, or from the start.
  func keys(after key: Key?, limit: Int) -> [Key] {
    var result: [Key] = []
    var chunk = 0
    var place = 0
    if let key, let found = chunkIndex(of: key) {
      chunk = found
      place = Self.lowerBound(chunks[chunk], key)
      if place < chunks[chunk].count, chunks[chunk][place] == key { place += 1 }
    }
    while chunk < chunks.count, result.count < limit {
      let end = Swift.min(chunks[chunk].count, place + limit - result.count)
      if place < end { result.append(contentsOf: chunks[chunk][place..<end]) }
      chunk += 1
      place = 0
    }
    return result
  }

  /// All keys in order.
  var keys: [Key] { Array(chunks.joined()) }

  /// The last chunk whose first key is not above `key`; nil if `key` is below all.
  private func chunkIndex(of key: Key) -> Int? {
    var low = 0
    var high = firsts.count
    while low < high {
      let middle = (low + high) / 2
      if key < firsts[middle] { high = middle } else { low = middle + 1 }
    }
    return low == 0 ? nil : low - 1
  }

  private static func lowerBound(_ keys: [Key], _ key: Key) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func splitIfLarge(_ chunk: Int) {
    let size = chunks[chunk].count
    guard size > Self.chunkLimit else { return }
    // What is appended in order leaves full chunks behind; anything else halves them.
    let cut = chunk == chunks.count - 1 ? size - size / 8 : size / 2
    let tail = Array(chunks[chunk][cut...])
    chunks[chunk].removeSubrange(cut...)
    sizes[chunk] = Int32(cut)
    chunks.insert(tail, at: chunk + 1)
    firsts.insert(tail[0], at: chunk + 1)
    sizes.insert(Int32(tail.count), at: chunk + 1)
  }

  private mutating func joinIfSmall(_ chunk: Int) {
    guard chunks[chunk].count < Self.chunkLimit / 4, chunk + 1 < chunks.count,
      chunks[chunk].count + chunks[chunk + 1].count <= Self.chunkLimit / 2
    else { return }
    chunks[chunk].append(contentsOf: chunks[chunk + 1])
    sizes[chunk] = Int32(chunks[chunk].count)
    chunks.remove(at: chunk + 1)
    firsts.remove(at: chunk + 1)
    sizes.remove(at: chunk + 1)
  }
}

extension OrderedIndex: Sequence {
  struct Iterator: IteratorProtocol {
    private let chunks: [[Key]]
    private var chunk = 0
    private var place = 0

    fileprivate init(_ chunks: [[Key]]) { self.chunks = chunks }

    mutating func next() -> Key? {
      while chunk < chunks.count {
        if place < chunks[chunk].count {
          defer { place += 1 }
          return chunks[chunk][place]
        }
        chunk += 1
        place = 0
      }
      return nil
    }
  }

  func makeIterator() -> Iterator { Iterator(chunks) }
}
