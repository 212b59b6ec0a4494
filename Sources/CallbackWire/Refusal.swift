public import CallbackMessages
import ProtobufC

/// Why a call is refused, as clients read it: a gRPC code, a sentence, a reason for programs, and at
/// most one typed detail (CONTRACT, decision 9).
public struct Refusal: Error, Hashable, Sendable {
  /// The canonical gRPC codes that refusals use.
  public enum Code: Int32, Hashable, Sendable, CaseIterable {
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
  }

  /// A typed detail.
  public enum Detail: Hashable, Sendable {
    /// How the offer ended.
    case offerClosed(V1.OfferClosed)
    /// Which guard refused the request.
    case guardRefused(V1.GuardRefused)
    /// When to try again.
    case retry(V1.RetryInfo)
    /// Where to go on.
    case resume(V1.ResumeInfo)
  }

  /// Whose reasons they are, in ErrorInfo.
  public static let domain = "callback.v1"

  /// The gRPC code.
  public var code: Code
  /// The reason for programs.
  public var reason: OptionsV1.Reason
  /// A sentence for people: what is wrong and what to do.
  public var message: String
  /// What the reason is about, such as the id that was not found.
  public var metadata: [String: String]
  /// The typed detail.
  public var detail: Detail?

  /// Puts a refusal together.
  public init(
    _ code: Code, _ reason: OptionsV1.Reason, _ message: String,
    metadata: [String: String] = [:], detail: Detail? = nil
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.metadata = metadata
    self.detail = detail
  }
}

extension Refusal {
  /// What the metadata calls the position of the log at which the rules refused.
  public static let positionKey = "log_position"

  /// The same as a refusal of the rules, which is true at a position of the log like any answer.
  public func decided(at position: UInt64) -> Refusal {
    var decided = self
    decided.metadata[Self.positionKey] = "\(position)"
    return decided
  }

  /// The reason's name as ErrorInfo carries it.
  public var reasonName: String { reason.protoName.map { Self.unprefixed($0) } ?? "" }

  private static func unprefixed(_ name: String) -> String {
    String(name.dropFirst("REASON_".count))
  }

  /// What rides in the trailer grpc-status-details-bin.
  public var status: GoogleRPC.Status {
    let info = GoogleRPC.ErrorInfo(reason: reasonName, domain: Self.domain, metadata: metadata)
    return GoogleRPC.Status(
      code: code.rawValue, message: message, details: [.packing(info)] + (detail?.packed ?? []))
  }

  /// Reads a refusal back; nil where the status is none of this service's.
  public init?(_ status: GoogleRPC.Status) {
    guard let code = Code(rawValue: status.code),
      let info: GoogleRPC.ErrorInfo = status.details.lazy.compactMap({ $0.opened() }).first,
      info.domain == Self.domain,
      let reason = OptionsV1.Reason(protoName: "REASON_\(info.reason)")
    else { return nil }
    self.init(
      code, reason, status.message, metadata: info.metadata,
      detail: status.details.lazy.compactMap { Detail($0) }.first)
  }
}

extension Refusal.Detail {
  fileprivate var packed: [GoogleProtobuf.AnyMessage] {
    switch self {
    case .offerClosed(let detail): [.packing(detail)]
    case .guardRefused(let detail): [.packing(detail)]
    case .retry(let detail): [.packing(detail)]
    case .resume(let detail): [.packing(detail)]
    }
  }

  fileprivate init?(_ any: GoogleProtobuf.AnyMessage) {
    if let detail: V1.OfferClosed = any.opened() {
      self = .offerClosed(detail)
    } else if let detail: V1.GuardRefused = any.opened() {
      self = .guardRefused(detail)
    } else if let detail: V1.RetryInfo = any.opened() {
      self = .retry(detail)
    } else if let detail: V1.ResumeInfo = any.opened() {
      self = .resume(detail)
    } else {
      return nil
    }
  }
}

extension GoogleProtobuf.AnyMessage {
  /// A message with the name of its type.
  static func packing(_ message: some WireMessage) -> Self {
    Self(
      typeURL: "type.googleapis.com/\(type(of: message).messageName)", value: message.serialized())
  }

  /// The message; nil where it is of another type, or cannot be read.
  func opened<Message: WireMessage>() -> Message? {
    guard typeURL.split(separator: "/").last.map(String.init) == Message.messageName else {
      return nil
    }
    return try? Message(wire: value)
  }
}
