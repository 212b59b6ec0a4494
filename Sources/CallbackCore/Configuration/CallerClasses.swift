/// The classes of callers from whom a queue takes requests (DOMAIN, seed).
public struct CallerClasses: OptionSet, Hashable, Sendable {
  /// One bit a class.
  public let rawValue: UInt8
  /// A set of classes out of its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Leads; one that is not active counts only without a Customer or Previous Customer record.
  public static let leads = CallerClasses(rawValue: 1)
  /// Customers.
  public static let customers = CallerClasses(rawValue: 2)
  /// Previous Customers.
  public static let previousCustomers = CallerClasses(rawValue: 4)
  /// Numbers that the directory does not know.
  public static let unknownNumbers = CallerClasses(rawValue: 8)
  /// Everybody.
  public static let all: CallerClasses = [.leads, .customers, .previousCustomers, .unknownNumbers]

  /// The classes that a caller belongs to; nil where the look-up failed or was not made, which
  /// is not Unknown: the request is taken.
  public init?(of resolution: CallerResolution) {
    guard resolution.status == .resolved else { return nil }
    self = []
    if resolution.labels.contains(.lead) { insert(.leads) }
    if resolution.labels.contains(.customer) { insert(.customers) }
    if resolution.labels.contains(.previousCustomer) { insert(.previousCustomers) }
    if resolution.labels.contains(.unknown) { insert(.unknownNumbers) }
  }
}

/// Which of the eligible agents is asked first; ties go to the longest idle, then by id.
public enum AgentStrategy: UInt8, Hashable, Sendable, CaseIterable {
  /// The agent who has waited longest.
  case longestIdle = 1
  /// The agent whose last offer is longest ago.
  case roundRobin = 2
  /// The agent who accepted the fewest callbacks today.
  case fewestToday = 3
  /// The lowest tier level, then the lowest position.
  case tiers = 4
}
