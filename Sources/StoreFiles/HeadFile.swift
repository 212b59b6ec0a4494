import EventLog
import Glibc

/// A small file of the daemon that remembers how far the log had come.
///
/// SQLite drops a WAL frame that fails its checksum, and all after it, without a word: the log
/// would begin again at an older position as if nothing had been there. A PostgreSQL server that
/// was set up anew from a backup, or a replica that was promoted before it had everything, does the
/// same. The head file is written after each commit, without a sync of its own, so it is never
/// ahead of the log unless the log has lost something. Two slots are written in turn: a torn write
/// leaves the other one.
public final class HeadFile {
  /// How far a log had come.
  public struct Entry: Equatable, Sendable {
    /// Which log.
    public var lineage: Lineage
    /// Its end.
    public var head: LogHead

    /// Notes an end of a log.
    public init(lineage: Lineage, head: LogHead) {
      self.lineage = lineage
      self.head = head
    }
  }

  private static let slotLength = 512
  private static let entryLength = 48
  private static let magic: UInt64 = 0x3130_6461_6548_4243

  private let descriptor: Int32
  private var nextSlot = 0

  /// Opens the file, or makes it.
  public init(path: String) throws(EventLogError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unavailable("cannot open \(path): \(StoreDirectory.reason())")
    }
  }

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// What the file at `path` says, without making or changing it; nil where there is none.
  public static func entry(at path: String) -> Entry? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    return descriptor < 0 ? nil : HeadFile(descriptor: descriptor).read()
  }

  /// The newest entry that is whole; nil in a new file, and where both slots are damaged.
  public func read() -> Entry? {
    let slots = (0..<2).map { readSlot($0) }
    switch (slots[0], slots[1]) {
    case (nil, nil): return nil
    case (let entry?, nil):
      nextSlot = 1
      return entry
    case (nil, let entry?):
      nextSlot = 0
      return entry
    case (let first?, let second?):
      let firstIsNewer = first.head.position >= second.head.position
      nextSlot = firstIsNewer ? 1 : 0
      return firstIsNewer ? first : second
    }
  }

  /// Notes an entry. Losing the note costs only the notice of a later loss, so that errors are
  /// not the caller's concern.
  public func write(_ entry: Entry) {
    writeSlot(nextSlot, entry)
    nextSlot = 1 - nextSlot
  }

  /// Makes `entry` the only one, durably: for a new lineage, whose positions may be lower.
  public func replace(with entry: Entry) throws(EventLogError) {
    writeSlot(0, entry)
    writeSlot(1, entry)
    guard fsync(descriptor) == 0 else {
      throw .unavailable("cannot sync the head file: \(StoreDirectory.reason())")
    }
  }

  private func writeSlot(_ slot: Int, _ entry: Entry) {
    var words: [UInt64] = [
      Self.magic, entry.lineage.high, entry.lineage.low, entry.head.position,
      entry.head.checksum,
    ]
    words.append(words.withUnsafeBytes { RecordChain.digest($0) })
    _ = words.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, Self.offset(slot)) }
  }

  private func readSlot(_ slot: Int) -> Entry? {
    var words = [UInt64](repeating: 0, count: 6)
    let count = words.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, Self.offset(slot))
    }
    guard count == Self.entryLength, words[0] == Self.magic,
      words[5] == words[..<5].withUnsafeBytes({ RecordChain.digest($0) })
    else { return nil }
    return Entry(
      lineage: Lineage(high: words[1], low: words[2]),
      head: LogHead(position: words[3], checksum: words[4]))
  }

  private static func offset(_ slot: Int) -> off_t { off_t(slot * slotLength) }
}
