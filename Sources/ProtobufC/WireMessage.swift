import CProtobufC
import Glibc

/// A message as a Swift value. Generated types conform; they hold every field of their message and
/// nothing else: fields unknown to this version are dropped when bytes become a value.
public protocol WireMessage: Hashable, Sendable {
  /// The type's description by protoc-c.
  static var descriptor: MessageDescriptor { get }
  /// The message with no field set.
  init()
  /// Copies an unpacked protobuf-c message of this type.
  init(unpacked: UnsafeRawPointer)
  /// Builds the protobuf-c message of this type in the arena.
  func unpacked(in arena: Arena) -> UnsafeMutableRawPointer
}

extension WireMessage {
  /// The full name of the message type, such as `callback.v1.Callback`.
  public static var messageName: String { descriptor.name }

  /// Decodes packed bytes after checking them.
  ///
  /// - Throws: what is wrong with the bytes; see ``MessageGuard``.
  @inlinable
  public init(
    wire bytes: UnsafeRawBufferPointer, limits: WireLimits = .standard
  ) throws(WireError) {
    try MessageGuard.check(bytes, as: Self.descriptor, limits: limits)
    self = try Arena.withThreadArena(limit: limits.memory) { arena throws(WireError) in
      Self(unpacked: try arena.unpack(bytes, as: Self.descriptor))
    }
  }

  /// Decodes packed bytes after checking them.
  ///
  /// - Throws: what is wrong with the bytes; see ``MessageGuard``.
  @inlinable
  public init(wire bytes: [UInt8], limits: WireLimits = .standard) throws(WireError) {
    let decoded = bytes.withUnsafeBytes { bytes -> Result<Self, WireError> in
      do throws(WireError) {
        return .success(try Self(wire: bytes, limits: limits))
      } catch {
        return .failure(error)
      }
    }
    self = try decoded.get()
  }

  /// The packed bytes.
  @inlinable
  public func serialized() -> [UInt8] {
    Arena.withThreadArena { arena in
      let message = PackableMessage(unpacked(in: arena))
      // An empty array must not be filled: all share one storage, whose count would be written.
      guard message.packedSize > 0 else { return [] }
      return [UInt8](unsafeUninitializedCapacity: message.packedSize) { room, count in
        count = message.pack(into: UnsafeMutableRawBufferPointer(room))
      }
    }
  }

  /// Appends the packed bytes.
  @inlinable
  public func serialize(into bytes: inout [UInt8]) {
    Arena.withThreadArena { arena in
      let message = PackableMessage(unpacked(in: arena))
      let packed = arena.allocate(message.packedSize)
      let room = UnsafeMutableRawBufferPointer(start: packed, count: message.packedSize)
      message.pack(into: room)
      bytes.append(contentsOf: room)
    }
  }

  /// Hands the message over ready to be packed, so that the caller can make room of exactly its
  /// size: `body` asks for `packedSize` and calls `pack(into:)`.
  @inlinable
  public func withPackable<Result, Failure: Error>(
    _ body: (borrowing PackableMessage) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try Arena.withThreadArena { arena throws(Failure) in
      try body(PackableMessage(unpacked(in: arena)))
    }
  }
}

/// A message laid out for protobuf-c, with its size known. Lives as long as its arena's use.
public struct PackableMessage: ~Copyable {
  /// Bytes that the packed message takes.
  public let packedSize: Int
  private let message: UnsafePointer<ProtobufCMessage>

  /// Takes the message that `WireMessage.unpacked(in:)` built.
  @usableFromInline
  init(_ built: UnsafeRawPointer) {
    message = built.assumingMemoryBound(to: ProtobufCMessage.self)
    packedSize = protobuf_c_message_get_packed_size(message)
  }

  /// Writes the packed bytes at the start of `room`, which must hold `packedSize`.
  ///
  /// - Returns: the bytes written, always `packedSize`.
  @discardableResult
  public borrowing func pack(into room: UnsafeMutableRawBufferPointer) -> Int {
    precondition(room.count >= packedSize, "room for the whole message")
    guard packedSize > 0, let start = room.baseAddress else { return 0 }
    return protobuf_c_message_pack(message, start.assumingMemoryBound(to: UInt8.self))
  }
}

extension Arena {
  /// Unpacks checked bytes; the result lies in the arena.
  @usableFromInline
  func unpack(
    _ bytes: UnsafeRawBufferPointer, as descriptor: MessageDescriptor
  ) throws(WireError) -> UnsafeRawPointer {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard
      let message = protobuf_c_message_unpack(descriptor.pointer, allocator, bytes.count, start)
    else { throw WireError(refusedMemory ? .outOfMemory : .refused) }
    return UnsafeRawPointer(message)
  }
}
