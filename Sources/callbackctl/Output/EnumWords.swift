import ProtobufC

/// Words for the values of a proto file's enums: `CALLBACK_STATE_RETRY_WAIT` is `retry wait` to
/// read and `retry-wait` to type.
extension WireEnum {
  /// The value in words; a number where this version has no name for it.
  var words: String {
    guard let name = protoName else { return "#\(rawValue)" }
    return name.dropFirst(Self.sharedPrefix.count).lowercased().replacing("_", with: " ")
  }

  /// The value as an option takes it.
  var optionWord: String { words.replacing(" ", with: "-") }

  /// Whether the value says anything: it is not the enum's zero.
  var isSpecified: Bool { rawValue != 0 }

  /// What all names of the enum begin with: its zero is always named `…_UNSPECIFIED`.
  private static var sharedPrefix: String {
    let zero = Self(rawValue: 0).protoName ?? ""
    return zero.hasSuffix("UNSPECIFIED") ? String(zero.dropLast("UNSPECIFIED".count)) : ""
  }
}
