/// Google's types that have a JSON form of their own.
enum WellKnownType {
  case timestamp
  case duration
  case any
  /// Holds one scalar in field 1, which stands for the message.
  case wrapper

  init?(_ descriptor: MessageDescriptor) {
    guard descriptor.name.hasPrefix("google.protobuf.") else { return nil }
    switch descriptor.name.dropFirst("google.protobuf.".count) {
    case "Timestamp": self = .timestamp
    case "Duration": self = .duration
    case "Any": self = .any
    case "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value",
      "BoolValue", "StringValue", "BytesValue":
      self = .wrapper
    default: return nil
    }
  }
}

extension FieldDescriptor {
  /// The name in JSON: without underscores, the letter after each in upper case.
  var jsonName: String {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    return words.dropFirst().reduce(String(words[0])) { $0 + Self.capitalised($1) }
  }

  /// The type of a map's entries; nil for fields that are no maps. protoc-c's descriptions do not
  /// mark maps, so they are known by the name and shape that protoc gives entries.
  var mapEntry: (key: FieldDescriptor, value: FieldDescriptor)? {
    guard isRepeated, let entry = message else { return nil }
    let fields = entry.fields
    let expected = name.split(separator: "_").map(Self.capitalised).joined() + "Entry"
    guard fields.count == 2, fields[0].number == 1, fields[0].name == "key",
      fields[1].number == 2, fields[1].name == "value", entry.shortName == expected
    else { return nil }
    return (fields[0], fields[1])
  }

  private static func capitalised(_ word: Substring) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }
}

extension MessageDescriptor {
  /// The name without what encloses it.
  var shortName: String { String(cString: pointer.pointee.short_name) }
}
