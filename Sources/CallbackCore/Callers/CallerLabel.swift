/// The call type labels of an alert (DOMAIN, row B, seed).
public struct CallerLabels: OptionSet, Hashable, Sendable {
  /// One bit a label.
  public let rawValue: UInt8
  /// A set of labels out of its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Lead, green.
  public static let lead = CallerLabels(rawValue: 1)
  /// Customer, orange.
  public static let customer = CallerLabels(rawValue: 2)
  /// Previous Customer, grey.
  public static let previousCustomer = CallerLabels(rawValue: 4)
  /// Unknown, grey: only when the number is not recognised.
  public static let unknown = CallerLabels(rawValue: 8)

  /// The labels in the order in which an alert shows them.
  public var ordered: [CallerLabel] { CallerLabel.allCases.filter { contains($0.set) } }
}

/// One label of an alert, with its colour.
public enum CallerLabel: UInt8, CaseIterable, Hashable, Sendable {
  /// A Lead.
  case lead = 1
  /// A Customer.
  case customer = 2
  /// A Previous Customer.
  case previousCustomer = 4
  /// Nobody the directory knows.
  case unknown = 8

  /// The label as a set of one.
  public var set: CallerLabels { CallerLabels(rawValue: rawValue) }

  /// The colour that the seed gives the label.
  public var color: Color {
    switch self {
    case .lead: .green
    case .customer: .orange
    case .previousCustomer, .unknown: .grey
    }
  }

  /// The colours of labels (DOMAIN, row B, seed).
  public enum Color: UInt8, Hashable, Sendable {
    /// Lead.
    case green = 1
    /// Customer.
    case orange = 2
    /// Previous Customer and Unknown.
    case grey = 3
  }
}
