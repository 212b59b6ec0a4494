/// The canonical gRPC status codes.
public enum RPCCode: Int, Sendable, Hashable, CaseIterable {
  /// The call succeeded.
  case ok = 0
  /// The caller or the runtime cancelled the call.
  case cancelled = 1
  /// An error without a better code.
  case unknown = 2
  /// The request is malformed, whatever the server's state.
  case invalidArgument = 3
  /// The deadline passed before the call was answered; its outcome is unknown to the caller.
  case deadlineExceeded = 4
  /// What the request names does not exist.
  case notFound = 5
  /// What the request wants to create exists already.
  case alreadyExists = 6
  /// The caller may not do this.
  case permissionDenied = 7
  /// A limit, a quota or a queue is exhausted.
  case resourceExhausted = 8
  /// The system is not in the state that the operation needs.
  case failedPrecondition = 9
  /// The operation lost a race.
  case aborted = 10
  /// A position is outside the valid range.
  case outOfRange = 11
  /// The method or one of its features does not exist here.
  case unimplemented = 12
  /// The server broke one of its own rules.
  case `internal` = 13
  /// The service cannot be reached now; trying again may help.
  case unavailable = 14
  /// Data was lost or corrupted.
  case dataLoss = 15
  /// The caller did not say who it is.
  case unauthenticated = 16
}
