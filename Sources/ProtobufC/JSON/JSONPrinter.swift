import CProtobufC

/// Writes unpacked protobuf-c messages as JSON by their description.
struct JSONPrinter {
  private let options: MessageJSON.PrintOptions
  private var out: JSONWriter

  init(options: MessageJSON.PrintOptions) {
    self.options = options
    out = JSONWriter(isMultiline: options.isMultiline)
  }

  /// What was written.
  var text: String { out.text }

  /// Writes a packed message.
  mutating func printPacked(
    _ bytes: [UInt8], as descriptor: MessageDescriptor
  ) throws(JSONError) {
    try withUnpacked(bytes, as: descriptor) { printer, message throws(JSONError) in
      try printer.print(message, as: descriptor)
    }
  }

  private mutating func withUnpacked(
    _ bytes: [UInt8], as descriptor: MessageDescriptor,
    _ body: (inout JSONPrinter, UnsafeRawPointer) throws(JSONError) -> Void
  ) throws(JSONError) {
    let arena = Arena(capacity: 4096, limit: options.limits.memory)
    let unpacked = bytes.withUnsafeBytes { bytes -> Result<UnsafeRawPointer, WireError> in
      do throws(WireError) {
        try MessageGuard.check(bytes, as: descriptor, limits: options.limits)
        return .success(try arena.unpack(bytes, as: descriptor))
      } catch {
        return .failure(error)
      }
    }
    switch unpacked {
    case .success(let message): try body(&self, message)
    case .failure(let error): throw JSONError(.malformedMessage(error))
    }
    // protobuf-c's structs lie in the arena until here.
    withExtendedLifetime(arena) {}
  }

  /// Writes a message in its own form, if it has one.
  private mutating func print(
    _ message: UnsafeRawPointer, as descriptor: MessageDescriptor
  ) throws(JSONError) {
    guard let type = WellKnownType(descriptor) else {
      out.open("{")
      try fields(of: message, descriptor)
      out.close("}")
      return
    }
    let fields = descriptor.fields
    switch type {
    case .timestamp, .duration:
      let seconds = message.load(fromByteOffset: fields[0].offset, as: Int64.self)
      let nanos = message.load(fromByteOffset: fields[1].offset, as: Int32.self)
      let text =
        type == .timestamp
        ? TimeText.timestamp(seconds: seconds, nanos: nanos)
        : TimeText.duration(seconds: seconds, nanos: nanos)
      guard let text else { throw JSONError(.outOfRange) }
      out.string(text)
    case .wrapper:
      try value(fields[0], at: message + fields[0].offset)
    case .any:
      try any(message, descriptor)
    }
  }

  private mutating func any(
    _ message: UnsafeRawPointer, _ descriptor: MessageDescriptor
  ) throws(JSONError) {
    let fields = descriptor.fields
    let url = Unpacked.string(
      message.load(fromByteOffset: fields[0].offset, as: UnsafePointer<CChar>?.self))
    let bytes = Unpacked.bytes(
      message.load(fromByteOffset: fields[1].offset, as: ProtobufCBinaryData.self))
    out.open("{")
    if !url.isEmpty || !bytes.isEmpty {
      let name = url.split(separator: "/").last.map(String.init) ?? ""
      guard let type = options.types[name] else { throw JSONError(.unknownType, path: name) }
      out.name("@type")
      out.string(url)
      try withUnpacked(bytes, as: type) { printer, inner throws(JSONError) in
        if WellKnownType(type) == nil {
          try printer.fields(of: inner, type)
        } else {
          printer.out.name("value")
          try printer.print(inner, as: type)
        }
      }
    }
    out.close("}")
  }

  private mutating func fields(
    of message: UnsafeRawPointer, _ descriptor: MessageDescriptor
  ) throws(JSONError) {
    for field in descriptor.fields {
      do throws(JSONError) {
        try self.field(field, of: message)
      } catch {
        throw error.within(field.name)
      }
    }
  }

  private mutating func field(
    _ field: FieldDescriptor, of message: UnsafeRawPointer
  ) throws(JSONError) {
    let place = message + field.offset
    if field.isRepeated {
      let count = message.load(fromByteOffset: field.quantifierOffset, as: Int.self)
      guard count > 0 || options.printsDefaults else { return }
      out.name(name(of: field))
      let start = place.load(as: UnsafeRawPointer?.self)
      try repeated(field, UnsafeRawBufferPointer(start: start, count: count * field.kind.cStride))
    } else if field.isInOneof {
      let chosen = message.load(fromByteOffset: field.quantifierOffset, as: UInt32.self)
      guard chosen == UInt32(field.number) else { return }
      out.name(name(of: field))
      try value(field, at: place)
    } else {
      let isUnset = isDefault(field, at: place)
      guard !isUnset || (options.printsDefaults && field.kind != .message) else { return }
      out.name(name(of: field))
      try value(field, at: place)
    }
  }

  private mutating func repeated(
    _ field: FieldDescriptor, _ elements: UnsafeRawBufferPointer
  ) throws(JSONError) {
    let places = stride(from: 0, to: elements.count, by: field.kind.cStride).map {
      elements.baseAddress! + $0
    }
    guard let entry = field.mapEntry else {
      out.open("[")
      for place in places {
        out.element()
        try value(field, at: place)
      }
      out.close("]")
      return
    }
    out.open("{")
    for (key, place) in lastOfEachKey(entry.key, places) {
      out.name(key)
      try value(entry.value, at: place + entry.value.offset)
    }
    out.close("}")
  }

  /// A map's entries by key as text; of entries with equal keys the last counts.
  private func lastOfEachKey(
    _ key: FieldDescriptor, _ places: [UnsafeRawPointer]
  ) -> [(String, UnsafeRawPointer)] {
    var last: [String: UnsafeRawPointer] = [:]
    for case let entry? in places.map({ $0.load(as: UnsafeRawPointer?.self) }) {
      last[scalarText(key, at: entry + key.offset)] = entry
    }
    return last.sorted { $0.key < $1.key }
  }

  private mutating func value(
    _ field: FieldDescriptor, at place: UnsafeRawPointer
  ) throws(JSONError) {
    switch field.kind {
    case .message:
      guard let descriptor = field.message else { return }
      if let message = place.load(as: UnsafeRawPointer?.self) {
        try print(message, as: descriptor)
      } else {
        // A map's entry that came without its value.
        try printPacked([], as: descriptor)
      }
    case .int64, .sint64, .sfixed64, .uint64, .fixed64, .string, .bytes:
      out.string(scalarText(field, at: place))
    case .enumeration:
      let number = place.load(as: Int32.self)
      let name = options.printsEnumsAsNumbers ? nil : field.enumName(number)
      if let name { out.string(name) } else { out.raw(String(number)) }
    case .float, .double:
      let text = scalarText(field, at: place)
      if text.hasSuffix("N") || text.hasSuffix("y") { out.string(text) } else { out.raw(text) }
    case .int32, .sint32, .sfixed32, .uint32, .fixed32, .bool:
      out.raw(scalarText(field, at: place))
    }
  }

  private func scalarText(_ field: FieldDescriptor, at place: UnsafeRawPointer) -> String {
    switch field.kind {
    case .int32, .sint32, .sfixed32, .enumeration: String(place.load(as: Int32.self))
    case .uint32, .fixed32: String(place.load(as: UInt32.self))
    case .int64, .sint64, .sfixed64: String(place.load(as: Int64.self))
    case .uint64, .fixed64: String(place.load(as: UInt64.self))
    case .bool: place.load(as: Int32.self) == 0 ? "false" : "true"
    case .float: Self.text(place.load(as: Float.self))
    case .double: Self.text(place.load(as: Double.self))
    case .string: Unpacked.string(place.load(as: UnsafePointer<CChar>?.self))
    case .bytes: Base64.encode(Unpacked.bytes(place.load(as: ProtobufCBinaryData.self)))
    case .message: ""
    }
  }

  /// The shortest digits that give the same value again.
  private static func text(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return value.description
  }

  private func isDefault(_ field: FieldDescriptor, at place: UnsafeRawPointer) -> Bool {
    switch field.kind {
    case .int32, .sint32, .sfixed32, .uint32, .fixed32, .float, .enumeration, .bool:
      place.load(as: UInt32.self) == 0
    case .int64, .sint64, .sfixed64, .uint64, .fixed64, .double: place.load(as: UInt64.self) == 0
    case .string: place.load(as: UnsafePointer<CChar>?.self).map { $0.pointee == 0 } ?? true
    case .bytes: place.load(as: ProtobufCBinaryData.self).len == 0
    case .message: place.load(as: UnsafeRawPointer?.self) == nil
    }
  }

  private func name(of field: FieldDescriptor) -> String {
    options.usesProtoNames ? field.name : field.jsonName
  }
}

extension FieldDescriptor {
  /// Where the value lies in protobuf-c's struct.
  fileprivate var offset: Int { Int(pointer.pointee.offset) }
  /// Where the count of a repeated field lies, or the case of a oneof.
  fileprivate var quantifierOffset: Int { Int(pointer.pointee.quantifier_offset) }

  fileprivate func enumName(_ number: Int32) -> String? {
    guard let values = enumDescriptor,
      let value = protobuf_c_enum_descriptor_get_value(values, number)
    else { return nil }
    return String(cString: value.pointee.name)
  }
}

extension FieldKind {
  /// Bytes from one element to the next in protobuf-c's arrays.
  fileprivate var cStride: Int {
    switch self {
    case .int32, .sint32, .sfixed32, .uint32, .fixed32, .float, .bool, .enumeration: 4
    case .int64, .sint64, .sfixed64, .uint64, .fixed64, .double: 8
    case .string, .message: MemoryLayout<UnsafeRawPointer>.stride
    case .bytes: MemoryLayout<ProtobufCBinaryData>.stride
    }
  }
}
