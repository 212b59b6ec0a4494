public import CProtobufC
import Glibc

/// What generated code uses to build protobuf-c messages. Repeated fields get count and array from
/// one call, because a count without an array crashes protobuf-c.
extension Arena {
  /// Memory for one message struct, to be initialised by its `…__init` function.
  @inlinable
  public func allocate<Message>(_ type: Message.Type) -> UnsafeMutablePointer<Message> {
    allocate(MemoryLayout<Message>.size).assumingMemoryBound(to: type)
  }

  /// A NUL-terminated copy. protobuf-c strings cannot hold NUL: one inside becomes U+FFFD.
  public func string(_ text: String) -> UnsafeMutablePointer<CChar> {
    var text = text
    return text.withUTF8 { utf8 in
      if let start = utf8.baseAddress, memchr(start, 0, utf8.count) != nil {
        return string(withoutNUL: utf8)
      }
      let copy = allocate(utf8.count + 1)
      if let start = utf8.baseAddress { memcpy(copy, start, utf8.count) }
      copy.storeBytes(of: 0, toByteOffset: utf8.count, as: UInt8.self)
      return copy.assumingMemoryBound(to: CChar.self)
    }
  }

  @inline(never)
  private func string(withoutNUL utf8: UnsafeBufferPointer<UInt8>) -> UnsafeMutablePointer<CChar> {
    var replaced = String()
    for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
      replaced.unicodeScalars.append(scalar == "\0" ? "\u{FFFD}" : scalar)
    }
    return string(replaced)
  }

  /// A copy of bytes as protobuf-c holds them.
  public func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    guard !bytes.isEmpty else { return ProtobufCBinaryData(len: 0, data: nil) }
    let copy = allocate(bytes.count)
    bytes.withUnsafeBytes { _ = memcpy(copy, $0.baseAddress!, $0.count) }
    return ProtobufCBinaryData(len: bytes.count, data: copy.assumingMemoryBound(to: UInt8.self))
  }

  /// Count and array of a repeated field.
  @inlinable
  public func array<Element, CElement>(
    _ elements: [Element], _ convert: (Element) -> CElement
  ) -> (count: Int, start: UnsafeMutablePointer<CElement>?) {
    guard !elements.isEmpty else { return (0, nil) }
    let start = allocate(elements.count * MemoryLayout<CElement>.stride)
      .bindMemory(to: CElement.self, capacity: elements.count)
    for (index, element) in elements.enumerated() {
      (start + index).initialize(to: convert(element))
    }
    return (elements.count, start)
  }

  /// Count and array of a repeated string.
  @inlinable
  public func strings(
    _ elements: [String]
  ) -> (count: Int, start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
    array(elements) { string($0) }
  }

  /// A submessage; nil is NULL.
  @inlinable
  public func message<CMessage>(
    _ message: (some WireMessage)?, as type: CMessage.Type
  ) -> UnsafeMutablePointer<CMessage>? {
    message?.unpacked(in: self).assumingMemoryBound(to: type)
  }

  /// Count and array of a repeated message.
  @inlinable
  public func messages<CMessage>(
    _ elements: [some WireMessage], as type: CMessage.Type
  ) -> (count: Int, start: UnsafeMutablePointer<UnsafeMutablePointer<CMessage>?>?) {
    array(elements) { $0.unpacked(in: self).assumingMemoryBound(to: type) }
  }

  /// Count and array of a map's entries, by ascending key so that equal maps have equal bytes.
  ///
  /// `fill` initialises an entry and sets its key and value.
  @inlinable
  public func entries<Key: Comparable, Value, CEntry>(
    _ map: [Key: Value], as type: CEntry.Type,
    _ fill: (UnsafeMutablePointer<CEntry>, Key, Value) -> Void
  ) -> (count: Int, start: UnsafeMutablePointer<UnsafeMutablePointer<CEntry>?>?) {
    array(map.sorted { $0.key < $1.key }) { key, value in
      let entry = allocate(type)
      fill(entry, key, value)
      return entry
    }
  }
}
