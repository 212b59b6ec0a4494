public import EventLog
public import Testing

/// A kind of log that joins the suite.
public struct LogKind: Sendable, CustomTestStringConvertible {
  /// What it is called where results are shown.
  public let name: String
  /// Makes a store that holds nothing and shares nothing with the others.
  public let make: @Sendable () throws -> StoreUnderTest

  /// Names a kind.
  public init(_ name: String, make: @escaping @Sendable () throws -> StoreUnderTest) {
    self.name = name
    self.make = make
  }

  /// The name.
  public var testDescription: String { name }
}

/// A store with what the suite needs to do to it behind its back.
public struct StoreUnderTest: Sendable {
  /// The store.
  public let store: any EventStore
  /// The ways in which an append on it can fail.
  public let faults: Set<InjectedFault>
  /// Makes the next append fail in one of these ways.
  public let fail: @Sendable (InjectedFault) throws -> Void
  /// Ends whatever `fail` began.
  public let heal: @Sendable () throws -> Void
  /// Changes what is kept of the record at a position, as a damaged medium would; nil for a store
  /// that has no medium.
  public let damage: (@Sendable (LogPosition) throws -> Void)?
  /// Lives as long as the store, such as its directory.
  private let keeping: (any AnyObject & Sendable)?

  /// Puts a store under test.
  public init(
    _ store: any EventStore, keeping: (any AnyObject & Sendable)? = nil,
    faults: Set<InjectedFault> = Set(InjectedFault.allCases),
    fail: @escaping @Sendable (InjectedFault) throws -> Void,
    heal: @escaping @Sendable () throws -> Void,
    damage: (@Sendable (LogPosition) throws -> Void)?
  ) {
    self.store = store
    self.keeping = keeping
    self.faults = faults
    self.fail = fail
    self.heal = heal
    self.damage = damage
  }
}

/// How an append can be made to fail.
public enum InjectedFault: String, Hashable, Sendable, CaseIterable {
  /// There is no room, or no connection: surely not written.
  case refused
  /// The log cannot tell, and it was written.
  case unknownWritten
  /// The log cannot tell, and it was not written.
  case unknownLost
}
