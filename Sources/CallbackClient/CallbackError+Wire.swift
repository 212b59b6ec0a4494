import CallbackMessages
import ProtobufC
public import UnixRPC

extension CallbackError {
  /// Reads an error of the runtime: its status, and the details that came with it.
  public init(_ error: RPCError) {
    self.init(error.code, error.message, cause: error.cause.map(Cause.init))
    guard !error.details.isEmpty, let status = try? GoogleRPC.Status(wire: error.details) else {
      return
    }
    for detail in status.details { read(detail) }
  }

  /// Takes what a detail says; one of an unknown type says nothing.
  private mutating func read(_ detail: GoogleProtobuf.AnyMessage) {
    let type = detail.typeURL.split(separator: "/").last.map(String.init) ?? ""
    switch type {
    case GoogleRPC.ErrorInfo.messageName:
      guard let info = try? GoogleRPC.ErrorInfo(wire: detail.value) else { return }
      reason = OptionsV1.Reason(protoName: "REASON_" + info.reason) ?? .unspecified
      metadata = info.metadata
    case V1.OfferClosed.messageName:
      self.detail = (try? V1.OfferClosed(wire: detail.value)).map { .offerClosed($0) }
    case V1.RetryInfo.messageName:
      self.detail = (try? V1.RetryInfo(wire: detail.value)).map { .retry($0) }
    case V1.ResumeInfo.messageName:
      self.detail = (try? V1.ResumeInfo(wire: detail.value)).map { .resume($0) }
    case V1.GuardRefused.messageName:
      self.detail = (try? V1.GuardRefused(wire: detail.value)).map { .guardRefused($0) }
    default: break
    }
  }

  /// The answer's bytes are no message of the expected type.
  static func malformedAnswer(_ error: WireError, method: String) -> CallbackError {
    CallbackError(
      .internal, "\(method) answered with bytes that cannot be read: \(error)",
      cause: .malformedAnswer)
  }
}

extension CallbackError.Cause {
  fileprivate init(_ cause: RPCError.Cause) {
    self =
      switch cause {
      case .unreachable(let reason): .unreachable(reason)
      case .connectionLost: .connectionLost
      case .deadline: .deadline
      case .cancelled: .cancelled
      }
  }
}
