import CProtobufC

/// Packs parsed JSON as a message by its description; fields come in the order of their numbers.
struct JSONPacker {
  let options: MessageJSON.ParseOptions

  /// The packed message.
  func message(
    _ value: JSONValue, as descriptor: MessageDescriptor, depth: Int
  ) throws(JSONError) -> [UInt8] {
    guard depth <= WireLimits.standard.depth else { throw JSONError(.nestedTooDeeply) }
    switch WellKnownType(descriptor) {
    case .timestamp: return try time(value, TimeText.parseTimestamp)
    case .duration: return try time(value, TimeText.parseDuration)
    case .wrapper:
      var bytes = WireWriter()
      try singular(descriptor.fields[0], value, depth, &bytes)
      return bytes.bytes
    case .any: return try any(value, descriptor, depth)
    case nil: break
    }
    guard case .object(let members) = value else { throw JSONError(.wrongType) }
    return try object(members, descriptor, depth)
  }

  private func object(
    _ members: [JSONMember], _ descriptor: MessageDescriptor, _ depth: Int
  ) throws(JSONError) -> [UInt8] {
    let fields = descriptor.fields
    var given = [JSONValue?](repeating: nil, count: fields.count)
    var seen = Set<Int>()
    var oneofs = Set<UInt32>()
    for member in members {
      let (name, value) = (member.name, member.value)
      guard let index = fields.firstIndex(where: { $0.jsonName == name || $0.name == name }) else {
        if options.ignoresUnknown { continue }
        throw JSONError(.unknownField, path: name)
      }
      guard seen.insert(index).inserted else { throw JSONError(.duplicateField, path: name) }
      if case .null = value { continue }
      if fields[index].isInOneof,
        !oneofs.insert(fields[index].pointer.pointee.quantifier_offset).inserted
      {
        throw JSONError(.oneofGivenTwice, path: name)
      }
      given[index] = value
    }
    var bytes = WireWriter()
    for (field, value) in zip(fields, given) {
      guard let value else { continue }
      do throws(JSONError) {
        try self.field(field, value, depth, &bytes)
      } catch {
        throw error.within(field.name)
      }
    }
    return bytes.bytes
  }

  private func field(
    _ field: FieldDescriptor, _ value: JSONValue, _ depth: Int, _ bytes: inout WireWriter
  ) throws(JSONError) {
    guard field.isRepeated else { return try singular(field, value, depth, &bytes) }
    if let entry = field.mapEntry {
      return try map(field, entry, value, depth, &bytes)
    }
    guard case .array(let elements) = value else { throw JSONError(.wrongType) }
    let isPacked = field.pointer.pointee.flags & PROTOBUF_C_FIELD_FLAG_PACKED.rawValue != 0
    var packed = WireWriter()
    for (index, element) in elements.enumerated() {
      do throws(JSONError) {
        guard let body = try self.body(field, element, depth) else { continue }
        if isPacked {
          packed.append(body)
        } else {
          bytes.field(field.number, field.kind.wireType, body)
        }
      } catch {
        throw error.within("[\(index)]")
      }
    }
    if isPacked && !elements.isEmpty { bytes.field(field.number, .lengthDelimited, packed.bytes) }
  }

  /// A singular field; one at its default is left out unless its presence is told apart.
  private func singular(
    _ field: FieldDescriptor, _ value: JSONValue, _ depth: Int, _ bytes: inout WireWriter
  ) throws(JSONError) {
    guard let body = try self.body(field, value, depth) else { return }
    let isDefault = field.kind.wireType == .varint ? body == [0] : body.allSatisfy { $0 == 0 }
    // Text and bytes are at their default only when empty; they cannot be all zeros otherwise.
    let isOmitted = field.kind == .bytes ? body.isEmpty : isDefault
    if isOmitted && !field.isInOneof && field.kind != .message { return }
    bytes.field(field.number, field.kind.wireType, body)
  }

  private func map(
    _ field: FieldDescriptor, _ entry: (key: FieldDescriptor, value: FieldDescriptor),
    _ value: JSONValue, _ depth: Int, _ bytes: inout WireWriter
  ) throws(JSONError) {
    guard case .object(let members) = value else { throw JSONError(.wrongType) }
    var seen = Set<[UInt8]>()
    for member in members {
      let (name, value) = (member.name, member.value)
      do throws(JSONError) {
        let key = entry.key.kind == .bool ? try boolKey(name) : JSONValue.string(name)
        guard let keyBody = try body(entry.key, key, depth) else { continue }
        guard seen.insert(keyBody).inserted else { throw JSONError(.duplicateField) }
        guard let valueBody = try body(entry.value, value, depth + 1) else { continue }
        var packed = WireWriter()
        packed.field(1, entry.key.kind.wireType, keyBody)
        packed.field(2, entry.value.kind.wireType, valueBody)
        bytes.field(field.number, .lengthDelimited, packed.bytes)
      } catch {
        throw error.within(name)
      }
    }
  }

  private func boolKey(_ name: String) throws(JSONError) -> JSONValue {
    switch name {
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: throw JSONError(.wrongType)
    }
  }

  /// A value without tag and length; nil for an enum name that may be passed over.
  private func body(
    _ field: FieldDescriptor, _ value: JSONValue, _ depth: Int
  ) throws(JSONError) -> [UInt8]? {
    if let message = field.message {
      return try self.message(value, as: message, depth: depth + 1)
    }
    if field.kind == .enumeration {
      guard let number = try enumNumber(field, value) else { return nil }
      return WireWriter.varint(UInt64(bitPattern: Int64(number)))
    }
    return try JSONScalar.body(field.kind, value)
  }

  private func enumNumber(
    _ field: FieldDescriptor, _ value: JSONValue
  ) throws(JSONError) -> Int32? {
    switch value {
    case .string(let name):
      if let known = field.enumNumber(named: name) { return known }
      if options.ignoresUnknown { return nil }
      throw JSONError(.unknownEnumName)
    case .number:
      return Int32(try JSONScalar.integer(value, in: Int64(Int32.min)...Int64(Int32.max)))
    case .null, .bool, .array, .object:
      throw JSONError(.wrongType)
    }
  }

  private func time(
    _ value: JSONValue, _ parse: (String) -> (seconds: Int64, nanos: Int32)?
  ) throws(JSONError) -> [UInt8] {
    guard case .string(let text) = value else { throw JSONError(.wrongType) }
    guard let (seconds, nanos) = parse(text) else { throw JSONError(.malformedText) }
    var bytes = WireWriter()
    if seconds != 0 {
      bytes.field(1, .varint, WireWriter.varint(UInt64(bitPattern: seconds)))
    }
    if nanos != 0 {
      bytes.field(2, .varint, WireWriter.varint(UInt64(bitPattern: Int64(nanos))))
    }
    return bytes.bytes
  }

  private func any(
    _ value: JSONValue, _ descriptor: MessageDescriptor, _ depth: Int
  ) throws(JSONError) -> [UInt8] {
    guard case .object(var members) = value else { throw JSONError(.wrongType) }
    if members.isEmpty { return [] }
    guard let index = members.firstIndex(where: { $0.name == "@type" }),
      case .string(let url) = members.remove(at: index).value
    else { throw JSONError(.unknownType) }
    let name = url.split(separator: "/").last.map(String.init) ?? ""
    guard let type = options.types[name] else { throw JSONError(.unknownType, path: "@type") }
    let inner: [UInt8]
    if WellKnownType(type) == nil {
      inner = try message(.object(members), as: type, depth: depth + 1)
    } else {
      guard members.count == 1, members[0].name == "value" else { throw JSONError(.wrongType) }
      inner = try message(members[0].value, as: type, depth: depth + 1)
    }
    var bytes = WireWriter()
    bytes.field(1, .lengthDelimited, [UInt8](url.utf8))
    if !inner.isEmpty { bytes.field(2, .lengthDelimited, inner) }
    return bytes.bytes
  }
}

extension FieldDescriptor {
  fileprivate func enumNumber(named name: String) -> Int32? {
    guard let values = enumDescriptor,
      let value = protobuf_c_enum_descriptor_get_value_by_name(values, name)
    else { return nil }
    return value.pointee.value
  }
}
