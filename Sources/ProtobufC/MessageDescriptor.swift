import CProtobufC

/// A message type as protoc-c describes it: names, field numbers, types.
///
/// The description is constant data of the program, which is why it may cross threads.
public struct MessageDescriptor: @unchecked Sendable, Hashable {
  /// protobuf-c's description.
  public let pointer: UnsafePointer<ProtobufCMessageDescriptor>

  /// Wraps protobuf-c's description, which must live as long as the program.
  public init(_ pointer: UnsafePointer<ProtobufCMessageDescriptor>) {
    self.pointer = pointer
  }

  /// The full name, such as `callback.v1.Callback`.
  public var name: String { String(cString: pointer.pointee.name) }

  /// The fields by ascending number.
  public var fields: [FieldDescriptor] {
    (0..<Int(pointer.pointee.n_fields)).map { FieldDescriptor(pointer.pointee.fields + $0) }
  }
}

/// One field as protoc-c describes it.
public struct FieldDescriptor: @unchecked Sendable {
  /// protobuf-c's description: constant data of the program.
  let pointer: UnsafePointer<ProtobufCFieldDescriptor>

  init(_ pointer: UnsafePointer<ProtobufCFieldDescriptor>) {
    self.pointer = pointer
  }

  /// The name in the proto file.
  public var name: String { String(cString: pointer.pointee.name) }
  /// The field number.
  public var number: Int { Int(pointer.pointee.id) }
  /// The type of a value.
  public var kind: FieldKind { FieldKind(pointer) }
  /// Whether it may occur any number of times.
  public var isRepeated: Bool { pointer.pointee.label == PROTOBUF_C_LABEL_REPEATED }
  /// Whether it belongs to a oneof.
  public var isInOneof: Bool { pointer.pointee.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0 }
  /// The type of a submessage; nil for every other kind of field.
  public var message: MessageDescriptor? {
    guard kind == .message else { return nil }
    return MessageDescriptor(
      pointer.pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
  }
  /// The names and numbers of an enum, in ascending order of numbers; empty for other kinds.
  public var enumValues: [(name: String, number: Int32)] {
    guard let values = enumDescriptor else { return [] }
    return (0..<Int(values.pointee.n_values)).map {
      let value = values.pointee.values[$0]
      return (String(cString: value.name), Int32(value.value))
    }
  }

  var enumDescriptor: UnsafePointer<ProtobufCEnumDescriptor>? {
    guard kind == .enumeration else { return nil }
    return pointer.pointee.descriptor.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
  }
}

/// The type of a field's value, with protobuf-c's numbers.
public enum FieldKind: UInt32, Sendable {
  case int32, sint32, sfixed32, int64, sint64, sfixed64
  case uint32, fixed32, uint64, fixed64
  case float, double, bool, enumeration, string, bytes, message

  @inline(__always)
  init(_ field: UnsafePointer<ProtobufCFieldDescriptor>) {
    // Descriptors come from protoc-c, whose numbers these are.
    self = FieldKind(rawValue: field.pointee.type.rawValue)!
  }

  /// How a single value of the type travels.
  var wireType: WireType {
    switch self {
    case .int32, .sint32, .int64, .sint64, .uint32, .uint64, .bool, .enumeration: .varint
    case .sfixed64, .fixed64, .double: .fixed64
    case .sfixed32, .fixed32, .float: .fixed32
    case .string, .bytes, .message: .lengthDelimited
    }
  }
}

/// The low three bits of a tag. Groups (3 and 4) are refused everywhere, 6 and 7 do not exist.
enum WireType: UInt32 {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case fixed32 = 5
}
