/// A place that callers dial: a branch, a store, a site (DOMAIN, row C, seed).
public struct Location: Hashable, Sendable {
  /// Its name in the configuration.
  public let id: LocationID
  /// The name that agents read in the alert; at most 128 bytes.
  public var name: String
  /// The region in which numbers are read, two letters like US; empty for the service's default.
  public var region: String
  /// The IANA name of its time zone, like America/Chicago; empty where it has no calling hours.
  public var timeZone: String
  /// When its callers may be called, where they may be; nil for at any time.
  public var callingHours: CallingHours?
  /// Changes with every change of the configuration; the etag.
  public var revision: UInt64

  /// Describes a location.
  public init(
    id: LocationID, name: String = "", region: String = "", timeZone: String = "",
    callingHours: CallingHours? = nil, revision: UInt64 = 0
  ) {
    self.id = id
    self.name = name
    self.region = region
    self.timeZone = timeZone
    self.callingHours = callingHours
    self.revision = revision
  }
}

/// A number of the call center that callers dial (DOMAIN, row D, seed).
public struct DialledNumber: Hashable, Sendable {
  /// The number itself.
  public var number: PhoneNumber
  /// The location it belongs to.
  public var location: LocationID?
  /// The advertisement that shows it; empty where there is none. At most 128 bytes.
  public var adSource: String
  /// The queue of requests that name none; nil where requests must name one.
  public var queue: QueueID?
  /// Changes with every change of the configuration; the etag.
  public var revision: UInt64

  /// Describes a dialled number.
  public init(
    number: PhoneNumber, location: LocationID? = nil, adSource: String = "",
    queue: QueueID? = nil, revision: UInt64 = 0
  ) {
    self.number = number
    self.location = location
    self.adSource = adSource
    self.queue = queue
    self.revision = revision
  }
}

/// A number that is not called back, everywhere or for one location.
public struct Exclusion: Hashable, Sendable {
  /// The number, with or without extension, and the location to which the exclusion is limited.
  public let key: Key
  /// Why; at most 256 bytes.
  public var note: String
  /// Changes with every change of the configuration; the etag.
  public var revision: UInt64

  /// Describes an exclusion.
  public init(key: Key, note: String = "", revision: UInt64 = 0) {
    self.key = key
    self.note = note
    self.revision = revision
  }

  /// What identifies an exclusion.
  public struct Key: Hashable, Comparable, Sendable {
    /// The excluded number in E.164; all its extensions are excluded.
    public var e164: String
    /// The location to which it is limited; nil for everywhere.
    public var location: LocationID?
    /// Names an exclusion.
    public init(e164: String, location: LocationID? = nil) {
      self.e164 = e164
      self.location = location
    }
    /// Orders by number, then everywhere before a location.
    public static func < (a: Key, b: Key) -> Bool {
      a.e164 != b.e164
        ? a.e164 < b.e164 : (a.location?.rawValue ?? "") < (b.location?.rawValue ?? "")
    }
  }
}

/// A reason for being inactive, like Lunch.
public struct InactiveReason: Hashable, Sendable {
  /// Its name in the configuration.
  public let id: InactiveReasonID
  /// The name that people read; at most 128 bytes.
  public var name: String
  /// After how long an agent inactive for it goes offline; nil for the service's setting, zero
  /// for never.
  public var timeout: Span?
  /// Changes with every change of the configuration; the etag.
  public var revision: UInt64

  /// Describes a reason.
  public init(id: InactiveReasonID, name: String = "", timeout: Span? = nil, revision: UInt64 = 0) {
    self.id = id
    self.name = name
    self.timeout = timeout
    self.revision = revision
  }
}
