/// A telephony connector whose stream is open.
public struct Dialer: Hashable, Sendable {
  /// The connector's name.
  public let id: DialerID
  /// The stream through which it is attached; a later one replaces it.
  public var stream: StreamID
  /// Which run of the connector it is; another value means it has lost its memory.
  public var instance: String
  /// How many attempts it can carry at once; 0 for no limit.
  public var capacity: UInt32
  /// The locations it serves, sorted; empty for all.
  public var locations: [LocationID]

  /// Describes a connector.
  public init(
    id: DialerID, stream: StreamID, instance: String = "", capacity: UInt32 = 0,
    locations: [LocationID] = []
  ) {
    self.id = id
    self.stream = stream
    self.instance = instance
    self.capacity = capacity
    self.locations = locations
  }

  /// Whether it can carry one attempt more while it carries `load`.
  public func hasRoom(load: UInt32) -> Bool { capacity == 0 || load < capacity }

  /// Whether it serves a location; a call of which no location is known, every connector does.
  public func serves(_ location: LocationID?) -> Bool {
    locations.isEmpty || location.map(locations.contains) ?? true
  }
}
