import CallbackMessages
import NIOCore
import ProtobufC

/// A packed ResolveCallerResponse whose answer's age is written when it is sent.
///
/// The age is the last field of the resolution, but for the mark of stale answers, which are never
/// kept; so the bytes are those that packing the whole response gives.
struct ResponseParts: Sendable {
  private typealias Bytes = InlineArray<256, UInt8>

  /// Larger ones, of numbers with several records, are made anew.
  static let capacity = Bytes.count

  // Tags: field 2 of the response, a resolution; field 7 of that, an age; both with a length.
  private static let resolutionTag: UInt8 = 2 << 3 | 2
  private static let ageTag: UInt8 = 7 << 3 | 2

  /// The number, then the resolution without its age, then whether the number is valid.
  private let bytes: Bytes
  private let resolutionStart: UInt16
  private let resolutionEnd: UInt16
  private let count: UInt16
  private let milliseconds: Int64

  /// Takes a response apart; nil where it is too large.
  init?(_ response: V1.ResolveCallerResponse) {
    guard var resolution = response.resolution, response.answers.isEmpty, response.took == nil,
      !resolution.stale
    else { return nil }
    let age = resolution.age ?? GoogleProtobuf.Duration()
    milliseconds = age.seconds * 1000 + Int64(age.nanos) / 1_000_000
    resolution.age = nil
    var bytes = V1.ResolveCallerResponse(number: response.number).serialized()
    let start = bytes.count
    resolution.serialize(into: &bytes)
    let end = bytes.count
    V1.ResolveCallerResponse(valid: response.valid).serialize(into: &bytes)
    guard bytes.count <= Self.capacity else { return nil }
    (resolutionStart, resolutionEnd) = (UInt16(start), UInt16(end))
    count = UInt16(bytes.count)
    self.bytes = Bytes { $0 < bytes.count ? bytes[$0] : 0 }
  }

  /// Appends the response as it is `later` than it was made.
  func write(into buffer: inout ByteBuffer, later: Duration) {
    let (seconds, attoseconds) = later.components
    let age = milliseconds + max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    let parts = (seconds: UInt64(age / 1000), nanos: UInt64(age % 1000) * 1_000_000)
    let ageCount = Self.fieldSize(parts.seconds) + Self.fieldSize(parts.nanos)
    let resolution = Int(resolutionStart)..<Int(resolutionEnd)
    let span = bytes.span
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(count) + 32) { room in
      span.withUnsafeBytes { bytes in
        var writer = Writer(room: room)
        writer.write(bytes[..<resolution.lowerBound])
        writer.write(Self.resolutionTag)
        writer.write(varint: UInt64(resolution.count + 2 + ageCount))
        writer.write(bytes[resolution])
        writer.write(Self.ageTag)
        writer.write(UInt8(ageCount))
        writer.write(field: 1, parts.seconds)
        writer.write(field: 2, parts.nanos)
        writer.write(bytes[resolution.upperBound..<Int(count)])
        return writer.count
      }
    }
  }

  private static func fieldSize(_ value: UInt64) -> Int {
    value == 0 ? 0 : 1 + (value.bitWidth - value.leadingZeroBitCount + 6) / 7
  }

  /// Writes protobuf into room that is large enough.
  private struct Writer {
    let room: UnsafeMutableRawBufferPointer
    var count = 0

    mutating func write(_ bytes: Slice<UnsafeRawBufferPointer>) {
      UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyBytes(from: bytes)
      count += bytes.count
    }

    mutating func write(_ byte: UInt8) {
      room[count] = byte
      count += 1
    }

    mutating func write(varint value: UInt64) {
      var rest = value
      while rest > 127 {
        write(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
      }
      write(UInt8(rest))
    }

    mutating func write(field: UInt8, _ value: UInt64) {
      guard value > 0 else { return }
      write(field << 3)
      write(varint: value)
    }
  }
}
