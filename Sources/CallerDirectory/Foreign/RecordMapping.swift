import CallbackCore
import DirectoryFiles

/// Turns a CRM's records into the directory's.
public struct RecordMapping: Sendable {
  /// What the CRM's words mean.
  public var classes: ClassMapping
  /// Locations' ids by the CRM's words for them; a word without an entry is the id.
  public var locations: [String: String]
  /// Where national numbers are read.
  public var region: PhoneRegion

  /// Describes a CRM's records.
  public init(
    classes: ClassMapping = .own, locations: [String: String] = [:], region: PhoneRegion
  ) {
    self.classes = classes
    self.locations = locations
    self.region = region
  }

  /// The records that have the line, by the rule of `CallerDirectory.lookup`; whoever has another
  /// number was found by a query that is too wide, and is left out.
  public func matches(
    _ records: [ForeignRecord], of line: PhoneNumber.Line
  ) throws(DirectoryError) -> [CallerMatch] {
    var exact: [CallerMatch] = []
    var sameNumber: [CallerMatch] = []
    for group in grouped(records) {
      guard let matched = matched(group, line) else { continue }
      let found = try directoryRecords(group).map { record in
        CallerMatch(
          recordID: record.id, recordClass: record.recordClass,
          isActiveLead: record.isActiveLead, name: record.name, location: record.location,
          matchedNumber: matched, updatedAt: record.updatedAt)
      }
      if matched == line { exact += found } else { sameNumber += found }
    }
    let best = exact.isEmpty ? sameNumber : exact
    return Array(CallerRanking.rank(best, at: nil).prefix(DirectoryLimits.matches))
  }

  /// The records with all their numbers; one of several classes counts as the best of them.
  public func records(
    _ records: [ForeignRecord]
  ) throws(DirectoryError) -> [DirectoryRecord] {
    try grouped(records).map { (group) throws(DirectoryError) in
      let all = try directoryRecords(group)
      return all.first { $0.isActiveLead } ?? all[all.count - 1]
    }
  }

  /// The line of a group that stands for the one asked about; nil where it has another number.
  private func matched(
    _ group: [ForeignRecord], _ line: PhoneNumber.Line
  ) -> PhoneNumber.Line? {
    let given = group.compactMap(\.numbers)
    guard !given.isEmpty else { return line }
    let lines = lines(group)
    if lines.contains(line) { return line }
    return lines.first {
      $0.e164 == line.e164 && (line.extension.isEmpty || $0.extension.isEmpty)
    }
  }

  private func lines(_ group: [ForeignRecord]) -> [PhoneNumber.Line] {
    var lines: [PhoneNumber.Line] = []
    for record in group {
      let region = record.region.isEmpty ? region : (try? PhoneRegion(record.region)) ?? region
      for text in record.numbers ?? [] {
        guard let line = Self.line(text, in: region) else { continue }
        if !lines.contains(line), lines.count < DirectoryLimits.numbersPerRecord {
          lines.append(line)
        }
      }
    }
    return lines
  }

  /// A number as somebody wrote it; 00 before a country code is read as the + that it stands for,
  /// also where the region dials another prefix.
  private static func line(_ text: String, in region: PhoneRegion) -> PhoneNumber.Line? {
    if text.hasPrefix("00"),
      let line = try? PhoneNumberParser.parseLine("+" + text.dropFirst(2), in: region)
    {
      return line
    }
    return try? PhoneNumberParser.parseLine(text, in: region)
  }

  /// Records of one id in the order in which the first of each came.
  private func grouped(_ records: [ForeignRecord]) -> [[ForeignRecord]] {
    var order: [String] = []
    var groups: [String: [ForeignRecord]] = [:]
    for record in records {
      if groups[record.id] == nil { order.append(record.id) }
      groups[record.id, default: []].append(record)
    }
    return order.map { groups[$0] ?? [] }
  }

  private func directoryRecords(
    _ group: [ForeignRecord]
  ) throws(DirectoryError) -> [DirectoryRecord] {
    let id = group[0].id
    guard !id.isEmpty, id.utf8.count <= DirectoryLimits.recordIDBytes else {
      throw .unavailable("a record's id has \(id.utf8.count) bytes; 1 to 128 are taken")
    }
    let rows = group.map { row in
      (words: row.classWords, statuses: row.statusWords ?? row.classWords)
    }
    let name = group.first { !$0.name.isEmpty }?.name ?? id
    let place = group.first { !$0.location.isEmpty }?.location ?? ""
    let updatedAt = group.compactMap { Self.time($0.updatedAt) }.max() ?? 0
    let numbers = lines(group)
    return classes.classes(of: rows).map { recordClass, isActive in
      DirectoryRecord(
        id: id, recordClass: recordClass, isActiveLead: isActive,
        name: Self.cut(name, to: DirectoryLimits.nameBytes), location: location(place),
        numbers: numbers, updatedAt: WallTime(updatedAt))
    }
  }

  private func location(_ word: String) -> LocationID? {
    let id = locations[word] ?? word
    guard !id.isEmpty, id.utf8.count <= DirectoryLimits.locationBytes else { return nil }
    return LocationID(id)
  }

  /// As many whole characters as fit.
  static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var result = ""
    for character in text {
      if result.utf8.count + character.utf8.count > limit { break }
      result.append(character)
    }
    return result
  }

  /// Milliseconds of Unix time; nil where the text is no time.
  static func time(_ text: String) -> Int64? {
    if text.isEmpty { return nil }
    var time = FileTime.lenientMilliseconds(text)
    if let number = Double(text), number.magnitude < 1e15 {
      // Seconds reach 1e11 in the year 5138, milliseconds did in 1973.
      time = number.magnitude < 1e11 ? Int64(number * 1000) : Int64(number)
    }
    return time.flatMap { FileTime.range.contains($0) ? $0 : nil }
  }
}
