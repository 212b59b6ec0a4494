/// A large value kept once and shared by everything that holds it; equal when the values are.
public final class Shared<Value: Sendable & Hashable>: Sendable, Hashable {
  /// The value itself.
  public let value: Value
  /// Keeps `value` to be shared.
  public init(_ value: Value) { self.value = value }
  /// Equal when the values are equal, wherever they are kept.
  public static func == (a: Shared, b: Shared) -> Bool { a === b || a.value == b.value }
  /// Feeds the value.
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
