/// How a call ended when it did not end well: the gRPC status and what came with it.
///
/// A handler throws it to choose the status its caller sees; a client call throws it with the
/// status that arrived, or, with a ``cause``, with one that the runtime made itself.
public struct RPCError: Error, Sendable, Equatable {
  /// Why the runtime on this side gave the call up, without a status from the peer.
  public enum Cause: Sendable, Equatable {
    /// Nothing answers behind the socket's path; the text says what the system reported.
    case unreachable(String)
    /// The connection ended while the call was running; its outcome is unknown.
    case connectionLost
    /// The deadline passed on this side.
    case deadline
    /// The caller's task was cancelled, or the call was cancelled by hand.
    case cancelled
  }

  /// The canonical status code; never ``RPCCode/ok``.
  public var code: RPCCode
  /// A text for people; any Unicode, percent-encoded on the wire.
  public var message: String
  /// A serialized `google.rpc.Status` (`grpc-status-details-bin`), or nothing.
  public var details: [UInt8]
  /// The metadata that travels with the status.
  public var trailers: RPCMetadata
  /// Set when this side's runtime ended the call.
  public var cause: Cause?

  /// An error with a status to send or one that was received.
  public init(
    _ code: RPCCode, _ message: String = "", details: [UInt8] = [], trailers: RPCMetadata = [:],
    cause: Cause? = nil
  ) {
    self.code = code
    self.message = message
    self.details = details
    self.trailers = trailers
    self.cause = cause
  }

  /// Whether no server could be reached behind the path.
  public var isUnreachable: Bool {
    if case .unreachable = cause { true } else { false }
  }
}

extension RPCError: CustomStringConvertible {
  /// The code and the message.
  public var description: String {
    message.isEmpty ? "\(code)" : "\(code): \(message)"
  }
}

extension RPCError {
  /// What the caller sees of an error that a handler threw.
  ///
  /// Only an `RPCError` is shown; anything else may hold internals and becomes UNKNOWN.
  init(thrown error: any Error) {
    switch error {
    case let error as RPCError: self = error
    case is CancellationError: self.init(.cancelled, "The call was cancelled.")
    default: self.init(.unknown, "The handler failed.")
    }
  }
}
