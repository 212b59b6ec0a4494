import CallbackCore
import CallbackMessages
import ProtobufC

/// Turns the core's values into the bytes that the log keeps, and back.
///
/// Every value survives the way there and back unchanged. The bytes are messages of the package
/// callback.log.v1, so that a log can be read without this program.
public enum LogCodec {
  /// The bytes of a record: its stamp and its event. The position stands beside it in the log.
  public static func encode(_ record: EventRecord) -> [UInt8] {
    LogV1.Record(record).serialized()
  }

  /// Reads a record's bytes.
  public static func decodeRecord(
    _ bytes: UnsafeRawBufferPointer, at position: UInt64
  ) throws(LogCodecError) -> EventRecord {
    let message: LogV1.Record = try decode(bytes)
    return try message.core(at: position)
  }

  /// The bytes of a callback, as the history keeps it.
  public static func encode(_ callback: Callback) -> [UInt8] {
    LogV1.Callback(callback).serialized()
  }

  /// Reads a callback's bytes.
  public static func decodeCallback(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LogCodecError) -> Callback {
    let message: LogV1.Callback = try decode(bytes)
    return try message.core()
  }

  /// The bytes of an attempt, as the history keeps it.
  public static func encode(_ attempt: Attempt) -> [UInt8] { LogV1.Attempt(attempt).serialized() }

  /// Reads an attempt's bytes.
  public static func decodeAttempt(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LogCodecError) -> Attempt {
    let message: LogV1.Attempt = try decode(bytes)
    return try message.core()
  }

  /// The bytes of a callback's state, as the history keeps it beside an outcome.
  public static func encode(_ state: CallbackState) -> [UInt8] {
    LogV1.CallbackState(state).serialized()
  }

  /// Reads a state's bytes.
  public static func decodeState(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LogCodecError) -> CallbackState {
    let message: LogV1.CallbackState = try decode(bytes)
    return try message.core()
  }

  static func decode<Message: WireMessage>(
    _ bytes: UnsafeRawBufferPointer
  ) throws(LogCodecError) -> Message {
    do {
      return try Message(wire: bytes, limits: .stored)
    } catch {
      throw .malformed(error)
    }
  }
}

/// What is wrong with bytes that the log kept.
public enum LogCodecError: Error, Hashable, Sendable {
  /// They are not a message of the expected type.
  case malformed(WireError)
  /// A value that is always written is missing.
  case missing(String)
  /// A value that this version does not know.
  case unknownValue(String, Int32)
}
