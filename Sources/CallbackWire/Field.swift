public import CallbackCore
public import ProtobufC

/// Reads fields of requests within their limits.
public enum Field {
  /// Text that may be empty.
  public static func text(
    _ value: String, _ path: String, atMost limit: Int
  ) throws(FieldError) -> String {
    guard value.utf8.count <= limit else {
      throw FieldError(path, .invalid("must be at most \(limit) bytes long"))
    }
    return value
  }

  /// Text that must not be empty.
  public static func requiredText(
    _ value: String, _ path: String, atMost limit: Int
  ) throws(FieldError) -> String {
    guard !value.isEmpty else { throw FieldError(path, .missing) }
    return try text(value, path, atMost: limit)
  }

  /// An id that an operator, a desktop or a connector chooses.
  public static func identifier<ID: ConfiguredIdentifier>(
    _ value: String, _ path: String
  ) throws(FieldError) -> ID {
    ID(try requiredText(value, path, atMost: FieldLimits.identifierBytes))
  }

  /// The same; nil where it is empty.
  public static func optionalIdentifier<ID: ConfiguredIdentifier>(
    _ value: String, _ path: String
  ) throws(FieldError) -> ID? {
    value.isEmpty ? nil : try identifier(value, path)
  }

  /// An id that the service made.
  public static func madeIdentifier<ID: MadeIdentifier>(
    _ value: String, _ path: String
  ) throws(FieldError) -> ID {
    guard !value.isEmpty else { throw FieldError(path, .missing) }
    guard let id = ID(text: value) else {
      throw FieldError(path, .invalid("must be an id of 26 characters that the service made"))
    }
    return id
  }

  /// The same; nil where it is empty.
  public static func optionalMadeIdentifier<ID: MadeIdentifier>(
    _ value: String, _ path: String
  ) throws(FieldError) -> ID? {
    value.isEmpty ? nil : try madeIdentifier(value, path)
  }

  /// A message that must be there.
  public static func required<Message: WireMessage>(
    _ value: Message?, _ path: String
  ) throws(FieldError) -> Message {
    guard let value else { throw FieldError(path, .missing) }
    return value
  }

  /// An enum of a request: values without a name in this version are refused (CONTRACT, 7).
  public static func known<Value: WireEnum>(
    _ value: Value, _ path: String
  ) throws(FieldError) -> Value {
    guard value.isKnown else { throw FieldError(path, .invalid("must be a value that has a name")) }
    return value
  }

  /// An enum of a request that must be said.
  public static func said<Value: WireEnum>(
    _ value: Value, _ path: String
  ) throws(FieldError) -> Value {
    guard value.rawValue != 0 else { throw FieldError(path, .missing) }
    return try known(value, path)
  }

  /// A number in a range.
  public static func number<Number: BinaryInteger>(
    _ value: Number, _ path: String, in range: ClosedRange<Number>
  ) throws(FieldError) -> Number {
    guard range.contains(value) else {
      throw FieldError(
        path, .invalid("must be from \(range.lowerBound) to \(range.upperBound)"))
    }
    return value
  }

  /// A list of bounded length.
  public static func list<Element>(
    _ values: [Element], _ path: String, count: ClosedRange<Int>
  ) throws(FieldError) -> [Element] {
    if values.isEmpty, count.lowerBound > 0 { throw FieldError(path, .missing) }
    guard count.contains(values.count) else {
      throw FieldError(path, .invalid("must have at most \(count.upperBound) entries"))
    }
    return values
  }

  /// The entries of a page: 0 stands for the standard size.
  public static func pageSize(
    _ value: UInt32, _ path: String = "page_size", _ size: FieldLimits.PageSize = FieldLimits.page
  ) throws(FieldError) -> Int {
    guard value <= size.largest else {
      throw FieldError(path, .invalid("must be at most \(size.largest)"))
    }
    return value == 0 ? size.standard : Int(value)
  }

  /// A number in E.164: + and 1 to 15 digits.
  public static func e164(_ text: String, _ path: String) throws(FieldError) -> String {
    let digits = text.utf8.dropFirst()
    guard text.utf8.first == UInt8(ascii: "+"), (1...15).contains(digits.count),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw FieldError(path, .invalid("must be + and 1 to 15 digits")) }
    return text
  }
}
