import CallbackCore

/// A record of a caller directory: somebody who may call, with all their numbers.
public struct DirectoryRecord: Hashable, Sendable {
  /// The record's id in the directory; unique there. 1 to 128 bytes.
  public var id: String
  /// What the record says the caller is.
  public var recordClass: RecordClass
  /// Whether this is a Lead that is being worked on; false for every other class.
  public var isActiveLead: Bool
  /// The name. 1 to 128 bytes.
  public var name: String
  /// The location that the record belongs to; nil where it names none.
  public var location: LocationID?
  /// The numbers, first the main one, none twice. At most 16.
  public var numbers: [PhoneNumber.Line]
  /// When the record last changed; 0 where unknown.
  public var updatedAt: WallTime

  /// Makes a record out of its parts.
  public init(
    id: String, recordClass: RecordClass, isActiveLead: Bool = false, name: String,
    location: LocationID? = nil, numbers: [PhoneNumber.Line], updatedAt: WallTime = WallTime(0)
  ) {
    self.id = id
    self.recordClass = recordClass
    self.isActiveLead = recordClass == .lead && isActiveLead
    self.name = name
    self.location = location
    self.numbers = numbers
    self.updatedAt = updatedAt
  }
}

/// What a search found.
public struct DirectorySearchResult: Hashable, Sendable {
  /// The records, best first.
  public var records: [DirectoryRecord]
  /// Whether there were more than the limit.
  public var hasMore: Bool
  /// Names of the directories that did not answer: what they know is missing.
  public var unanswered: [String] = []

  /// Tells what was found.
  public init(records: [DirectoryRecord], hasMore: Bool) {
    self.records = records
    self.hasMore = hasMore
  }
}
