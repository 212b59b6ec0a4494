import CallbackCore

/// What the Greeting card knows of a caller when an agent starts a Lead (DOMAIN, row I).
public struct NewLead: Hashable, Sendable {
  /// The name. 1 to 128 bytes.
  public var name: String
  /// The location of the callback; nil where it has none.
  public var location: LocationID?
  /// The number that the Lead is reached at.
  public var number: PhoneNumber.Line

  /// Describes a Lead to be started.
  public init(name: String, location: LocationID?, number: PhoneNumber.Line) {
    self.name = name
    self.location = location
    self.number = number
  }
}
