import CallbackCore
import Foundation
import Synchronization

/// The world's clocks for the rules: where a number may be by its first digits, and how the clocks
/// there stand by the time-zone data of the system's libraries.
///
/// What it knows of a zone is kept; the names that come from outside are those of locations, whose
/// number is bounded, and names that are no zone's are not kept.
public final class SystemZones: ZoneTable {
  private let byPrefix: [String: [String]]
  private let clocks = Mutex<[String: ZoneClock]>([:])

  /// Reads the table of prefixes.
  public init() {
    let zones = ZonePrefixes.zones.split(separator: "\n")
    let prefixes = ZonePrefixes.prefixes.split(separator: "\n")
    precondition(zones.count == prefixes.count, "each list of zones has its prefixes")
    var byPrefix: [String: [String]] = [:]
    for (zones, prefixes) in zip(zones, prefixes) {
      let names = zones.split(separator: " ").map(String.init)
      for prefix in prefixes.split(separator: " ") { byPrefix[String(prefix)] = names }
    }
    self.byPrefix = byPrefix
  }

  /// The zones of the longest prefix of the number that is known.
  public func zones(of e164: String) -> [String] {
    guard e164.first == "+" else { return [] }
    var prefix = e164.dropFirst().prefix(ZonePrefixes.longest)
    while !prefix.isEmpty {
      if let zones = byPrefix[String(prefix)] { return zones }
      prefix.removeLast()
    }
    return []
  }

  /// The clock of a zone at a moment; nil for a name that is no zone's.
  public func offset(of zone: String, at wall: WallTime) -> ZoneOffset? {
    clocks.withLock { clocks in
      if let offset = clocks[zone]?.offset(at: wall) { return offset }
      guard let clock = ZoneClock(zone, around: wall) else { return nil }
      clocks[zone] = clock
      return clock.offset(at: wall)
    }
  }
}

/// The changes of one zone's clock over some time.
private struct ZoneClock {
  private let since: WallTime
  private let changes: [ZoneOffset]

  /// Nil for a name that is no zone's.
  init?(_ name: String, around wall: WallTime) {
    guard let zone = TimeZone(identifier: name) else { return nil }
    since = wall + .hours(-24)
    var time = Date(timeIntervalSince1970: Double(since.milliseconds) / 1_000)
    var changes: [ZoneOffset] = []
    while changes.count < Self.changesKept {
      let ahead = Span(Int64(zone.secondsFromGMT(for: time)) * 1_000)
      let next = zone.nextDaylightSavingTimeTransition(after: time)
      let until = next.map { WallTime(Int64($0.timeIntervalSince1970.rounded(.up) * 1_000)) }
      changes.append(ZoneOffset(ahead: ahead, until: until))
      guard let next, next > time else { break }
      time = next
    }
    self.changes = changes
  }

  /// Nil beyond what it knows.
  func offset(at wall: WallTime) -> ZoneOffset? {
    guard wall >= since else { return nil }
    return changes.first { $0.until.map { $0 > wall } ?? true }
  }

  /// A few years of most zones; beyond them the table is made anew.
  private static var changesKept: Int { 8 }
}
