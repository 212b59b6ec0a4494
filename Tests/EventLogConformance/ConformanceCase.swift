public import Testing

/// One thing that every log promises, whatever it is kept in (DESIGN, "The log").
///
/// A kind of log joins the suite with one test over `ConformanceCase.all`:
///
///     @Test(arguments: ConformanceCase.all)
///     func keepsThePromise(_ promise: ConformanceCase) async throws {
///       try await promise.run(on: kind)
///     }
public struct ConformanceCase: Sendable, CustomTestStringConvertible {
  /// The promise, in words.
  public let name: String
  private let body: Body

  private enum Body: Sendable {
    case log(@Sendable (LogUnderTest) throws -> Void)
    case store(@Sendable (StoreUnderTest) async throws -> Void)
  }

  /// Every promise there is.
  public static var all: [ConformanceCase] {
    appending + results + chain + snapshots + history + outcomes + subscriptions
      + forgetting + inspection + sizes
  }

  /// A promise about an open log.
  static func log(
    _ name: String, _ body: @escaping @Sendable (LogUnderTest) throws -> Void
  ) -> ConformanceCase {
    ConformanceCase(name: name, body: .log(body))
  }

  /// A promise about a store on which nothing is open yet.
  static func store(
    _ name: String, _ body: @escaping @Sendable (StoreUnderTest) async throws -> Void
  ) -> ConformanceCase {
    ConformanceCase(name: name, body: .store(body))
  }

  /// Holds a kind of log to the promise, in a new store.
  public func run(on kind: LogKind) async throws {
    switch body {
    case .log(let body): try body(try LogUnderTest(kind))
    case .store(let body):
      let tested = try kind.make()
      defer { tested.store.close() }
      try await body(tested)
    }
  }

  /// The promise, where a test's arguments are shown.
  public var testDescription: String { name }
}
