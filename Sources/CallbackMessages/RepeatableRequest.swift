public import ProtobufC

/// A request that changes something and may be repeated: the same request id gives the same answer.
///
/// The requests of all methods whose option `mutates` is set conform; generated code says so.
public protocol RepeatableRequest: WireMessage {
  /// The client's name for this request; empty where the client does not mean to repeat it.
  var requestID: String { get set }
}
