/// What became of the rows of an import.
public struct ImportResult: Hashable, Sendable {
  /// Records that were not there before.
  public var created = 0
  /// Records that were there and differed.
  public var updated = 0
  /// Records that were there just so.
  public var unchanged = 0
  /// The rows that were refused, in their order.
  public var refused: [RefusedLine] = []

  /// Starts with nothing.
  public init() {}

  /// The rows that are in the directory now.
  public var imported: Int { created + updated + unchanged }
}
