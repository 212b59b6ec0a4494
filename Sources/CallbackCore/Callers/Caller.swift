/// The person who asked to be called back, as caller ID tells (DOMAIN, row A, seed).
public struct Caller: Hashable, Sendable {
  /// The name that caller ID gave; empty where it gave none. At most 128 bytes.
  public var name: String
  /// The number that caller ID gave; nil where it gave none.
  public var number: PhoneNumber?
  /// Whether the network let the number be shown.
  public var presentation: Presentation

  /// Describes a caller.
  public init(name: String = "", number: PhoneNumber? = nil, presentation: Presentation = .allowed)
  {
    self.name = name
    self.number = number
    self.presentation = presentation
  }

  /// Whether a caller's number may be shown (caller ID presentation).
  public enum Presentation: UInt8, Hashable, Sendable, CaseIterable {
    /// The number may be shown.
    case allowed = 1
    /// The caller withheld it.
    case restricted = 2
    /// The network could not tell it.
    case unavailable = 3
  }
}

/// What became of reading the number that is to be called back.
public enum NumberReading: Hashable, Sendable {
  /// None was given: neither by caller ID nor keyed in.
  case none
  /// It cannot be parsed or is not even possible in length.
  case impossible(asGiven: String)
  /// A number that can be dialled.
  case number(PhoneNumber, kind: Kind)

  /// What the numbering metadata say of a number.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// Anything that is not one of the others; validity by metadata is no guard (DOMAIN).
    case ordinary = 1
    /// A premium-rate number: refused.
    case premiumRate = 2
    /// An emergency number: refused.
    case emergency = 3
  }
}

/// Where the callback number came from.
public enum NumberSource: UInt8, Hashable, Sendable, CaseIterable {
  /// The caller's own number.
  case callerID = 1
  /// The caller keyed it in.
  case keyedIn = 2
  /// A program or a person gave it.
  case other = 3
}
