import BenchMessages
import CBenchProtos
import Glibc
import NIOCore
import ProtobufC
import UnixRPC

/// Makes answers in one arena, with protobuf-c reading and writing the bytes in place.
///
/// It vouches for its own Sendable: the server has one event loop, and every use is on it or, for
/// ``AlertMaker`` values of their own, within one task.
final class AlertMaker: @unchecked Sendable {
  private let table: CallerTable
  private let arena = Arena()
  private var counter: UInt64 = 0
  private let emptyAlert: Bench__V1__Alert
  private let emptyReply: Bench__V1__ResolveReply
  private let location = strdup("Springfield North")!
  private let adSource = strdup("Google Ads")!
  private let queue = strdup("callbacks-main")!
  private let watchedNumber = strdup("+15550000042")!

  init(table: CallerTable) {
    self.table = table
    var alert = Bench__V1__Alert()
    bench__v1__alert__init(&alert)
    emptyAlert = alert
    var reply = Bench__V1__ResolveReply()
    bench__v1__resolve_reply__init(&reply)
    emptyReply = reply
  }

  deinit {
    for text in [location, adSource, queue, watchedNumber] { free(text) }
  }

  /// Answers a ResolveRequest.
  func resolve(_ request: ByteBuffer, into out: inout ByteBuffer) throws {
    defer { arena.reset() }
    let message = try request.withUnsafeReadableBytes { bytes in
      try MessageGuard.check(bytes, as: BenchV1.ResolveRequest.descriptor)
      return bench__v1__resolve_request__unpack(
        arena.allocator, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard let message else { throw RPCError(.invalidArgument) }
    var reply = emptyReply
    reply.alert = alert(message.pointee.caller_number)
    out.writeWithUnsafeMutableBytes(
      minimumWritableBytes: bench__v1__resolve_reply__get_packed_size(&reply)
    ) { room in
      bench__v1__resolve_reply__pack(&reply, room.baseAddress!.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// Writes an Alert of a stream, in one pass: its room is known to be enough.
  /// - Returns: its length in bytes.
  func alert(into room: UnsafeMutableRawBufferPointer) -> Int {
    defer { arena.reset() }
    let message = alert(watchedNumber)
    return bench__v1__alert__pack(
      message, room.baseAddress!.assumingMemoryBound(to: UInt8.self))
  }

  /// More than an Alert with the texts of this program can have.
  static let maximumAlertBytes = 512

  private func alert(
    _ number: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<Bench__V1__Alert> {
    let caller = table.caller(number)
    let now = Self.milliseconds()
    let labels = arena.allocate(2 * MemoryLayout<Int32>.size).bindMemory(
      to: Int32.self, capacity: 2)
    labels[0] = caller.label
    labels[1] = 7
    let alert = arena.allocate(Bench__V1__Alert.self)
    alert.initialize(to: emptyAlert)
    alert.pointee.callback_id = identifier(now)
    alert.pointee.caller_name = caller.name
    alert.pointee.caller_number = number
    alert.pointee.n_labels = caller.label == 2 ? 2 : 1
    alert.pointee.labels = labels
    alert.pointee.location = location
    alert.pointee.ad_source = adSource
    alert.pointee.queue = queue
    alert.pointee.requested_at_ms = now
    alert.pointee.card = caller.label == 4 ? 3 : caller.label
    alert.pointee.card_record_id = caller.recordID
    return alert
  }

  private func identifier(_ now: Int64) -> UnsafeMutablePointer<CChar> {
    let text = arena.allocate(Self.identifierBytes + 1)
    counter &+= 0x9E37_79B9_7F4A_7C15
    Self.writeIdentifier(now, counter, to: text.assumingMemoryBound(to: UInt8.self))
    text.storeBytes(of: 0, toByteOffset: Self.identifierBytes, as: UInt8.self)
    return text.assumingMemoryBound(to: CChar.self)
  }

  private static let identifierBytes = 26

  /// The identifier as a Swift value.
  static func identifier(_ now: Int64, _ seed: UInt64) -> String {
    String(unsafeUninitializedCapacity: identifierBytes) { text in
      writeIdentifier(now, seed, to: text.baseAddress!)
      return identifierBytes
    }
  }

  /// 26 characters: ten of the time, sixteen of a number run through a mixer.
  private static func writeIdentifier(
    _ now: Int64, _ seed: UInt64, to text: UnsafeMutablePointer<UInt8>
  ) {
    let digits: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    var time = UInt64(bitPattern: now)
    for index in stride(from: 9, through: 0, by: -1) {
      text[index] = digits.utf8Start[Int(time & 31)]
      time >>= 5
    }
    var mixed = (seed ^ (seed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    for index in 10..<identifierBytes {
      text[index] = digits.utf8Start[Int(mixed & 31)]
      mixed = mixed >> 4 | mixed << 60
    }
  }

  /// The wall clock.
  static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
