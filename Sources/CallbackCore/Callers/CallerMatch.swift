/// What a record in a CRM says about a caller (DOMAIN, row B and "Who is calling").
public enum RecordClass: UInt8, Sendable, Hashable, CaseIterable {
  /// Somebody who asked about the business; active while the lead is being worked on.
  case lead = 1
  /// Somebody who buys or rents now.
  case customer = 2
  /// Somebody who did, and has ended.
  case previousCustomer = 3
}

/// A record of the caller directory that matches a caller's number.
public struct CallerMatch: Hashable, Sendable {
  /// The record's id in the directory that holds it; unique there. At most 128 bytes.
  public var recordID: String
  /// What the record says the caller is.
  public var recordClass: RecordClass
  /// Whether a Lead is being worked on; false for every other class.
  public var isActiveLead: Bool
  /// The name on the record.
  public var name: String
  /// The location that the record belongs to; nil where the record names none.
  public var location: LocationID?
  /// The number of the record that matched.
  public var matchedNumber: PhoneNumber.Line
  /// When the record last changed, in milliseconds of Unix time; 0 where unknown.
  public var updatedAt: WallTime

  /// Makes a match out of its parts.
  public init(
    recordID: String, recordClass: RecordClass, isActiveLead: Bool = false, name: String,
    location: LocationID? = nil, matchedNumber: PhoneNumber.Line, updatedAt: WallTime = WallTime(0)
  ) {
    self.recordID = recordID
    self.recordClass = recordClass
    self.isActiveLead = recordClass == .lead && isActiveLead
    self.name = name
    self.location = location
    self.matchedNumber = matchedNumber
    self.updatedAt = updatedAt
  }
}
