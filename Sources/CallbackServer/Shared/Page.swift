import CallbackWire
import ProtobufC

/// A page of a list: bounded by count and by bytes, continued by a token bound to the filter
/// (CONTRACT, decision 8).
struct Page<Entry: WireMessage> {
  /// The entries so far.
  private(set) var entries: [Entry] = []
  /// Where the next page begins; empty while there is no more.
  private(set) var nextToken = ""
  private var bytes = 0
  private let limit: Int
  private let filter: [UInt8]

  /// An empty page.
  ///
  /// - Parameters:
  ///   - limit: entries at most.
  ///   - filter: what names the list and its filter.
  init(limit: Int, filter: [UInt8]) {
    self.limit = limit
    self.filter = filter
  }

  /// Appends an entry where it has room; otherwise the page ends after `previous`.
  ///
  /// - Parameter previous: the key of the last entry on this page.
  /// - Returns: whether there was room.
  mutating func append(_ entry: Entry, after previous: [UInt8]) -> Bool {
    let size = entry.withPackable { $0.packedSize } + 4
    guard entries.isEmpty || (entries.count < limit && bytes + size <= FieldLimits.pageBytes)
    else {
      nextToken = PageToken.seal(previous, for: filter)
      return false
    }
    entries.append(entry)
    bytes += size
    return true
  }

  /// Says that more follows after `previous`.
  mutating func end(after previous: [UInt8]) {
    nextToken = PageToken.seal(previous, for: filter)
  }

  /// Fills a page from keys in their order.
  ///
  /// - Parameters:
  ///   - keys: the keys after the page before.
  ///   - bytes: the bytes of a key.
  ///   - entry: the entry of a key; nil for one that is not listed.
  mutating func fill<Key>(
    _ keys: some Sequence<Key>, bytes: (Key) -> [UInt8], entry: (Key) throws -> Entry?
  ) rethrows {
    var last: [UInt8] = []
    for key in keys {
      guard let entry = try entry(key) else { continue }
      guard append(entry, after: last) else { return }
      last = bytes(key)
    }
  }
}

/// A request for a page.
protocol PageRequest: WireMessage {
  /// At most so many entries; 0: the standard number.
  var pageSize: UInt32 { get set }
  /// Where the page before ended.
  var pageToken: String { get set }
}

extension PageRequest {
  /// What names the list: its type and everything but the place in it.
  private var filter: [UInt8] {
    var filter = self
    filter.pageSize = 0
    filter.pageToken = ""
    return Array(Self.messageName.utf8) + [0] + filter.serialized()
  }

  /// The page to fill and the key after which it begins; nil for the first page.
  func page<Entry>(
    of _: Entry.Type, size: FieldLimits.PageSize = FieldLimits.page
  ) throws(FieldError) -> (page: Page<Entry>, after: [UInt8]?) {
    let limit = try Field.pageSize(pageSize, "page_size", size)
    let filter = filter
    if pageToken.isEmpty { return (Page(limit: limit, filter: filter), nil) }
    guard let key = PageToken.open(pageToken, for: filter) else {
      throw FieldError("page_token", .foreignPageToken)
    }
    return (Page(limit: limit, filter: filter), key)
  }
}
