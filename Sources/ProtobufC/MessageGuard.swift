import CProtobufC

/// Walks packed bytes by their descriptor before protobuf-c unpacks them, and refuses what
/// protobuf-c would get wrong, take too much memory for, or crash on.
///
/// protobuf-c 1.4.1 recurses without limit, accepts text that is not UTF-8, cuts text at NUL, and
/// merges repeated singular submessages differently from Google's protobuf. The walk is one pass
/// and allocates nothing unless it refuses.
public struct MessageGuard {
  private let limits: WireLimits
  private var fields = 0
  private var unknownFields = 0

  private init(limits: WireLimits) { self.limits = limits }

  /// Checks a whole message.
  ///
  /// - Throws: what is wrong, with the path of the field.
  public static func check(
    _ bytes: UnsafeRawBufferPointer, as descriptor: MessageDescriptor,
    limits: WireLimits = .standard
  ) throws(WireError) {
    guard bytes.count <= limits.bytes else { throw WireError(.tooLarge) }
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    var walk = MessageGuard(limits: limits)
    let reader = ByteReader(start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    try walk.message(reader, descriptor.pointer, depth: 1)
  }

  /// One message's fields.
  private mutating func message(
    _ bytes: ByteReader, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
  ) throws(WireError) {
    guard depth <= limits.depth else { throw WireError(.nestedTooDeeply) }
    var reader = bytes
    var seen = SeenFields()
    var lookup = FieldLookup(descriptor)
    while !reader.isAtEnd {
      let tag: UInt32
      do throws(WireError.Reason) {
        tag = try reader.tag()
      } catch {
        throw WireError(error)
      }
      fields &+= 1
      guard fields <= limits.fields else { throw WireError(.tooManyFields) }
      guard let index = lookup.index(of: tag >> 3) else {
        try unknown(tag, &reader)
        continue
      }
      let field = lookup.fields + index
      guard let wireType = WireType(rawValue: tag & 7) else {
        throw WireError(.unsupportedWireType, path: name(field))
      }
      if wireType == .lengthDelimited {
        try lengthDelimited(field, index, &reader, &seen, depth)
      } else {
        do throws(WireError.Reason) {
          guard FieldKind(field).wireType == wireType else { throw .wrongWireType }
          try Self.skip(wireType, &reader)
        } catch {
          throw WireError(error, path: name(field))
        }
      }
    }
  }

  /// A known field that begins with a length: text, bytes, a submessage, or packed numbers.
  @inline(__always)
  private mutating func lengthDelimited(
    _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ index: Int, _ reader: inout ByteReader,
    _ seen: inout SeenFields, _ depth: Int
  ) throws(WireError) {
    let count: Int
    do throws(WireError.Reason) {
      count = try reader.length()
    } catch {
      throw WireError(error, path: name(field))
    }
    let start = reader.position
    let kind = FieldKind(field)
    switch kind {
    case .string:
      if let defect = TextCheck.defect(start, count) { throw WireError(defect, path: name(field)) }
    case .bytes:
      break
    case .message:
      if field.pointee.label != PROTOBUF_C_LABEL_REPEATED, !seen.insert(index) {
        throw WireError(.duplicateMessage, path: name(field))
      }
      let inner = field.pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
      do throws(WireError) {
        try message(ByteReader(start, count: count), inner, depth: depth &+ 1)
      } catch {
        throw error.within(name(field))
      }
    case .int32, .sint32, .sfixed32, .int64, .sint64, .sfixed64, .uint32, .fixed32, .uint64,
      .fixed64, .float, .double, .bool, .enumeration:
      do throws(WireError.Reason) {
        try Self.packed(kind, field, ByteReader(start, count: count))
      } catch {
        throw WireError(error, path: name(field))
      }
    }
    reader.advance(count)
  }

  /// Numbers in one length: only repeated fields may have them.
  private static func packed(
    _ kind: FieldKind, _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ bytes: ByteReader
  ) throws(WireError.Reason) {
    guard field.pointee.label == PROTOBUF_C_LABEL_REPEATED else { throw .wrongWireType }
    switch kind.wireType {
    case .fixed32:
      guard bytes.remaining.isMultiple(of: 4) else { throw .malformedLength }
    case .fixed64:
      guard bytes.remaining.isMultiple(of: 8) else { throw .malformedLength }
    case .varint:
      var reader = bytes
      while !reader.isAtEnd {
        do { try reader.skipVarint() } catch {
          throw error == .truncated ? .malformedLength : error
        }
      }
    case .lengthDelimited:
      throw .wrongWireType
    }
  }

  @inline(never)
  private mutating func unknown(_ tag: UInt32, _ reader: inout ByteReader) throws(WireError) {
    do throws(WireError.Reason) {
      guard tag >> 3 != 0 else { throw .invalidFieldNumber }
      unknownFields += 1
      guard unknownFields <= limits.unknownFields else { throw .tooManyUnknownFields }
      guard let wireType = WireType(rawValue: tag & 7) else { throw .unsupportedWireType }
      try Self.skip(wireType, &reader)
    } catch {
      throw WireError(error, path: tag >> 3 == 0 ? "" : "#\(tag >> 3)")
    }
  }

  @inline(__always)
  private static func skip(
    _ wireType: WireType, _ reader: inout ByteReader
  ) throws(WireError.Reason) {
    switch wireType {
    case .varint: try reader.skipVarint()
    case .fixed32: try reader.skipFixed(4)
    case .fixed64: try reader.skipFixed(8)
    case .lengthDelimited: reader.advance(try reader.length())
    }
  }

  @inline(never)
  private func name(_ field: UnsafePointer<ProtobufCFieldDescriptor>) -> String {
    String(cString: field.pointee.name)
  }
}

/// Which fields of one message have occurred; allocates only past 128 fields.
private struct SeenFields {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private var others: Set<Int> = []

  /// Notes a field and says whether it is the first time.
  mutating func insert(_ index: Int) -> Bool {
    let bit = UInt64(1) << UInt64(index & 63)
    switch index {
    case 0..<64:
      defer { low |= bit }
      return low & bit == 0
    case 64..<128:
      defer { high |= bit }
      return high & bit == 0
    default:
      return others.insert(index).inserted
    }
  }
}

/// Finds fields by number, fastest when they come in order.
private struct FieldLookup {
  let fields: UnsafePointer<ProtobufCFieldDescriptor>
  private let count: Int
  private let ranges: UnsafePointer<ProtobufCIntRange>
  private let rangeCount: Int
  private var last = 0

  init(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) {
    count = Int(descriptor.pointee.n_fields)
    rangeCount = Int(descriptor.pointee.n_field_ranges)
    // Both are NULL in a message without fields, which then never looks at them.
    fields = descriptor.pointee.fields ?? UnsafePointer(bitPattern: 8)!
    ranges = descriptor.pointee.field_ranges ?? UnsafePointer(bitPattern: 8)!
  }

  @inline(__always)
  mutating func index(of number: UInt32) -> Int? {
    if last < count, fields[last].id == number { return last }
    if last &+ 1 < count, fields[last &+ 1].id == number {
      last &+= 1
      return last
    }
    return search(number)
  }

  /// Ranges hold consecutive numbers and are few; the one past the end carries the field count.
  @inline(never)
  private mutating func search(_ number: UInt32) -> Int? {
    for range in 0..<rangeCount {
      let first = UInt32(bitPattern: ranges[range].start_value)
      let length = ranges[range + 1].orig_index - ranges[range].orig_index
      if number >= first, number - first < length {
        last = Int(ranges[range].orig_index + (number - first))
        return last
      }
    }
    return nil
  }
}
