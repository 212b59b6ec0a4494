/// Why a field of a well-formed message is refused. Names the field, never what it held.
public struct FieldError: Error, Hashable, Sendable {
  /// What is wrong with a field.
  public enum Problem: Hashable, Sendable {
    /// It is needed and not there.
    case missing
    /// It is too long, out of range, or not in its form; says what would be right.
    case invalid(String)
    /// It is no telephone number, or one of an impossible length.
    case impossibleNumber
    /// It is no page token of this list and filter.
    case foreignPageToken
  }

  /// The field by its names from the outermost message inwards, such as `report.sequence`.
  public var path: String
  /// What is wrong.
  public var problem: Problem

  /// Blames a field.
  public init(_ path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }
}
