/// Protobuf's JSON mapping for any message, by its description: from packed bytes to text and back.
///
/// Names are lowerCamelCase, enums are names, 64-bit integers are strings, bytes are base64, and
/// Timestamp, Duration, Any and the wrappers have their own forms. Two points differ from Google's:
/// Struct, Value and FieldMask have no special form (no message here uses them), and NUL in text is
/// refused.
public enum MessageJSON {
  /// How to write.
  public struct PrintOptions: Sendable {
    /// Indented by two spaces instead of on one line.
    public var isMultiline = false
    /// Fields at their default too, except those whose absence is told apart.
    public var printsDefaults = false
    /// The names of the proto file instead of lowerCamelCase.
    public var usesProtoNames = false
    /// Numbers instead of names for enums.
    public var printsEnumsAsNumbers = false
    /// The types that an Any may hold, by full name.
    public var types: [String: MessageDescriptor] = [:]
    /// Bounds on the packed bytes.
    public var limits = WireLimits.reply

    /// The canonical form on one line.
    public init() {}
  }

  /// How to read.
  public struct ParseOptions: Sendable {
    /// Passes over fields and enum names that the type does not have, instead of refusing them.
    public var ignoresUnknown = false
    /// The types that an Any may hold, by full name.
    public var types: [String: MessageDescriptor] = [:]

    /// Refuses what is unknown.
    public init() {}
  }

  /// The JSON of a packed message.
  ///
  /// - Throws: ``JSONError`` where the bytes are no such message, or hold a time without a text form
  ///   or an Any of an unknown type.
  public static func text(
    of bytes: [UInt8], as descriptor: MessageDescriptor, options: PrintOptions = PrintOptions()
  ) throws(JSONError) -> String {
    var printer = JSONPrinter(options: options)
    try printer.printPacked(bytes, as: descriptor)
    return printer.text
  }

  /// The packed message that JSON describes.
  ///
  /// - Throws: ``JSONError`` with the path of the field.
  public static func bytes(
    from text: String, as descriptor: MessageDescriptor, options: ParseOptions = ParseOptions()
  ) throws(JSONError) -> [UInt8] {
    let value = try JSONParser.parse([UInt8](text.utf8))
    return try JSONPacker(options: options).message(value, as: descriptor, depth: 1)
  }
}

extension WireMessage {
  /// The JSON of this message.
  ///
  /// - Throws: ``JSONError`` where it holds a time without a text form or an Any of an unknown type.
  public func json(
    _ options: MessageJSON.PrintOptions = MessageJSON.PrintOptions()
  ) throws(JSONError) -> String {
    try MessageJSON.text(of: serialized(), as: Self.descriptor, options: options)
  }

  /// Reads a message from JSON.
  ///
  /// - Throws: ``JSONError`` with the path of the field.
  public init(
    json text: String, options: MessageJSON.ParseOptions = MessageJSON.ParseOptions()
  ) throws(JSONError) {
    let bytes = try MessageJSON.bytes(from: text, as: Self.descriptor, options: options)
    do throws(WireError) {
      self = try Self(wire: bytes, limits: .reply)
    } catch {
      throw JSONError(.malformedMessage(error))
    }
  }
}
