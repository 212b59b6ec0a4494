public import CallbackMessages
import ProtobufC
public import UnixRPC

/// Why a call came to nothing: the status, and what the daemon says beside it.
public struct CallbackError: Error, Sendable, Hashable {
  /// The canonical status code.
  public var code: RPCCode
  /// What happened, for people.
  public var message: String
  /// Why, for programs; ``OptionsV1/Reason/unspecified`` where the daemon gave no reason, such as
  /// where there is no daemon.
  public var reason: OptionsV1.Reason
  /// What the reason is about, such as `state` or `used_by`.
  public var metadata: [String: String]
  /// What some reasons carry beside their name.
  public var detail: Detail?
  /// What went wrong on this side of the socket, where no status came from the daemon.
  public var cause: Cause?

  /// What some reasons carry.
  public enum Detail: Sendable, Hashable {
    /// How the offer ended that was accepted or rejected too late.
    case offerClosed(V1.OfferClosed)
    /// How long to wait before the same call again.
    case retry(V1.RetryInfo)
    /// Where a stream can go on.
    case resume(V1.ResumeInfo)
    /// Which guard refused a request.
    case guardRefused(V1.GuardRefused)
  }

  /// What went wrong without an answer of the daemon.
  public enum Cause: Sendable, Hashable {
    /// Nobody listens on the socket; says what the system said.
    case unreachable(String)
    /// The connection ended during the call: whether it was carried out is not known.
    case connectionLost
    /// The call took longer than allowed: whether it was carried out is not known.
    case deadline
    /// The task was cancelled.
    case cancelled
    /// The answer is no message of the expected type.
    case malformedAnswer
  }

  /// Makes an error.
  public init(
    _ code: RPCCode, _ message: String, reason: OptionsV1.Reason = .unspecified,
    metadata: [String: String] = [:], detail: Detail? = nil, cause: Cause? = nil
  ) {
    self.code = code
    self.message = message
    self.reason = reason
    self.metadata = metadata
    self.detail = detail
    self.cause = cause
  }

  /// The position of the log at which the rules refused; nil for a refusal of anybody else.
  public var logPosition: UInt64? { metadata["log_position"].flatMap { UInt64($0) } }

  /// Whether there is no daemon behind the socket.
  public var isUnreachable: Bool {
    if case .unreachable = cause { true } else { false }
  }

  /// Whether the same call may succeed a moment later.
  public var isTransient: Bool { code == .unavailable }

  /// How long the daemon asks to wait before the same call.
  public var retryDelay: Duration? {
    guard case .retry(let info) = detail else { return nil }
    return info.retryDelay.map(Duration.init(wire:))
  }
}

extension CallbackError: CustomStringConvertible {
  /// The code's and the reason's name with the message.
  public var description: String {
    let reason = reason == .unspecified ? "" : ", \(reasonName)"
    return "\(code)\(reason): \(message)"
  }

  /// The reason as ErrorInfo carries it, such as `QUEUE_FULL`; empty where there is none.
  public var reasonName: String {
    reason == .unspecified ? "" : String(reason.description.trimmingPrefix("REASON_"))
  }
}
