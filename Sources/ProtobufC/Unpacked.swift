public import CProtobufC
public import Glibc

/// What generated code uses to read the fields of an unpacked protobuf-c message. The bytes passed
/// ``MessageGuard``, so text is UTF-8 without NUL.
public enum Unpacked {
  /// A string; NULL is empty.
  @inlinable
  public static func string(_ text: UnsafePointer<CChar>?) -> String {
    guard let text, text.pointee != 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: text, count: strlen(text)), as: UTF8.self)
  }

  /// Bytes.
  @inlinable
  public static func bytes(_ data: ProtobufCBinaryData) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len))
  }

  /// A repeated field.
  @inlinable
  public static func array<Element, CElement>(
    _ count: Int, _ start: UnsafeMutablePointer<CElement>?, _ convert: (CElement) -> Element
  ) -> [Element] {
    UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).map(convert)
  }

  /// A repeated message field.
  @inlinable
  public static func messages<Message: WireMessage, CMessage>(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<CMessage>?>?
  ) -> [Message] {
    array(count, start) { element in
      element.map { Message(unpacked: $0) } ?? Message()
    }
  }

  /// A singular message field: NULL is absent.
  @inlinable
  public static func message<Message: WireMessage, CMessage>(
    _ pointer: UnsafeMutablePointer<CMessage>?
  ) -> Message? {
    pointer.map { Message(unpacked: $0) }
  }

  /// A map field: of entries with equal keys the last one counts.
  @inlinable
  public static func map<Key: Hashable, Value, CEntry>(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<CEntry>?>?,
    _ convert: (UnsafeMutablePointer<CEntry>) -> (Key, Value)
  ) -> [Key: Value] {
    var map: [Key: Value] = [:]
    for case let entry? in UnsafeBufferPointer(start: start, count: start == nil ? 0 : count) {
      let (key, value) = convert(entry)
      map[key] = value
    }
    return map
  }
}
