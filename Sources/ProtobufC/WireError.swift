/// Why bytes were refused as a message. Holds names of fields, never what the message contained.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with the bytes.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// The bytes end inside a field.
    case truncated
    /// A variable-length integer is longer than ten bytes, or a tag longer than five.
    case malformedVarint
    /// A length exceeds what encloses it, or a packed field does not hold whole values.
    case malformedLength
    /// Field number 0, or one past 2²⁹ − 1.
    case invalidFieldNumber
    /// A group, or a wire type that does not exist.
    case unsupportedWireType
    /// A known field in an encoding that does not fit its type.
    case wrongWireType
    /// A string that is not UTF-8.
    case invalidUTF8
    /// A string with NUL in it.
    case embeddedNUL
    /// A singular submessage given twice: readers disagree on how to merge them.
    case duplicateMessage
    /// More messages inside messages than the limit.
    case nestedTooDeeply
    /// More bytes than the limit.
    case tooLarge
    /// More fields than the limit.
    case tooManyFields
    /// More unknown fields than the limit.
    case tooManyUnknownFields
    /// Unpacking would take more memory than the limit.
    case outOfMemory
    /// protobuf-c refused bytes that passed every check here.
    case refused
  }

  /// What is wrong.
  public var reason: Reason
  /// The field by its names from the outermost message inwards, such as `caller.number.e164`; an
  /// unknown field by its number, such as `#12`; empty for the message itself.
  public var path: String

  /// Makes an error.
  public init(_ reason: Reason, path: String = "") {
    self.reason = reason
    self.path = path
  }

  /// The same error seen from the message that has the submessage in `field`.
  func within(_ field: String) -> WireError {
    WireError(reason, path: path.isEmpty ? field : "\(field).\(path)")
  }

  /// A sentence for the caller, without any content of the message.
  public var description: String {
    path.isEmpty ? reason.sentence : "\(path): \(reason.sentence)"
  }
}

extension WireError.Reason {
  fileprivate var sentence: String {
    switch self {
    case .truncated: "the message ends inside a field"
    case .malformedVarint: "malformed variable-length integer"
    case .malformedLength: "a length does not fit"
    case .invalidFieldNumber: "invalid field number"
    case .unsupportedWireType: "unsupported wire type"
    case .wrongWireType: "wrong wire type for this field"
    case .invalidUTF8: "text is not UTF-8"
    case .embeddedNUL: "text contains NUL"
    case .duplicateMessage: "submessage given twice"
    case .nestedTooDeeply: "messages nested too deeply"
    case .tooLarge: "message too large"
    case .tooManyFields: "too many fields"
    case .tooManyUnknownFields: "too many unknown fields"
    case .outOfMemory: "message needs too much memory"
    case .refused: "message cannot be decoded"
    }
  }
}
