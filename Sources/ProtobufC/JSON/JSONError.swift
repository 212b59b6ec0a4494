/// Why JSON was refused as a message, or a message has no JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The text is not JSON; counted in bytes from the start.
    case syntax(offset: Int)
    /// More values inside values than the limit.
    case nestedTooDeeply
    /// The message has no such field.
    case unknownField
    /// A field, in either spelling, or a map's key given twice.
    case duplicateField
    /// A second field of the same oneof.
    case oneofGivenTwice
    /// JSON of another kind than the field's.
    case wrongType
    /// A number that the field cannot hold, or a time outside the years 1 to 9999.
    case outOfRange
    /// An enum name that this version does not have.
    case unknownEnumName
    /// Text that is not base64, not a time, not a duration, or has NUL in it.
    case malformedText
    /// An Any of a type that is not among the known ones.
    case unknownType
    /// The packed bytes are not a message of the type.
    case malformedMessage(WireError)
  }

  /// What is wrong.
  public var reason: Reason
  /// The field by its names as given, from the outermost message inwards; empty for the whole.
  public var path: String

  /// Makes an error.
  public init(_ reason: Reason, path: String = "") {
    self.reason = reason
    self.path = path
  }

  func within(_ name: String) -> JSONError {
    JSONError(reason, path: path.isEmpty ? name : "\(name).\(path)")
  }

  /// A sentence for the caller.
  public var description: String { path.isEmpty ? sentence : "\(path): \(sentence)" }

  private var sentence: String {
    switch reason {
    case .syntax(let offset): "not JSON at byte \(offset)"
    case .nestedTooDeeply: "nested too deeply"
    case .unknownField: "no such field"
    case .duplicateField: "given twice"
    case .oneofGivenTwice: "another field of the same oneof is given"
    case .wrongType: "JSON of another type is expected"
    case .outOfRange: "out of range"
    case .unknownEnumName: "no such enum value"
    case .malformedText: "malformed text"
    case .unknownType: "unknown message type"
    case .malformedMessage(let error): error.description
    }
  }
}
