import CallbackCore

/// A record to import, every field as it was written.
public struct ImportRow: Hashable, Sendable {
  /// Where it stands in its file, from 1, for the report of refused lines.
  public var line: Int
  /// The record's id in the system that it comes from; a record that has it is replaced.
  public var id: String
  /// `lead`, `customer` or `previous_customer`.
  public var recordClass: String
  /// Whether a Lead is active: `yes` or `no`; empty: yes.
  public var active: String
  /// The name.
  public var name: String
  /// The location's id; empty for none.
  public var location: String
  /// The numbers as people write them, the main one first.
  public var numbers: [String]
  /// In which national numbers are read; empty: that of the location, else the default region.
  public var region: String
  /// When the record last changed; nil: now, where it differs from what is stored.
  public var updatedAt: WallTime?

  /// Makes a row out of its fields.
  public init(
    line: Int, id: String, recordClass: String, active: String = "", name: String,
    location: String = "", numbers: [String], region: String = "", updatedAt: WallTime? = nil
  ) {
    self.line = line
    self.id = id
    self.recordClass = recordClass
    self.active = active
    self.name = name
    self.location = location
    self.numbers = numbers
    self.region = region
    self.updatedAt = updatedAt
  }
}

/// The regions in which an import reads national numbers where a row names none.
public struct ImportRegions: Sendable {
  /// For rows whose location has none.
  public var fallback: PhoneRegion
  /// By the location's id.
  public var byLocation: [String: PhoneRegion]

  /// Names the regions.
  public init(fallback: PhoneRegion, byLocation: [String: PhoneRegion] = [:]) {
    self.fallback = fallback
    self.byLocation = byLocation
  }
}
