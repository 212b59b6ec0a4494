public import ProtobufC

/// Which side of a call is a stream.
public enum CallKind: String, Hashable, Sendable {
  /// One request, one response.
  case unary
  /// One request, any number of responses.
  case serverStream
  /// Any number of requests, one response.
  case clientStream
  /// Any number of both.
  case bidirectional
}

/// A method of a service, whatever its messages are.
public protocol AnyRPCMethod: Sendable {
  /// The full name of the service, such as `callback.v1.CallbackService`.
  var service: String { get }
  /// The name of the method, such as `RequestCallback`.
  var name: String { get }
  /// Which side is a stream.
  var kind: CallKind { get }
  /// The roles that may call it, beside administrators; empty means administrators only.
  var roles: [OptionsV1.Role] { get }
  /// Whether it changes something and so carries a request id.
  var mutates: Bool { get }
  /// Whether the proto file says that repeating a call, with the same request id where it has one,
  /// does no more than making it once: `idempotency_level`.
  var isIdempotent: Bool { get }
  /// The reasons that its refusals may name, beside those that every method has.
  var reasons: [OptionsV1.Reason] { get }
  /// What it does, from the proto file.
  var summary: String { get }
  /// The type of a request.
  var requestType: any WireMessage.Type { get }
  /// The type of a response.
  var responseType: any WireMessage.Type { get }
}

extension AnyRPCMethod {
  /// The path that a call names on the wire, such as `/callback.v1.CallbackService/GetAgent`.
  public var path: String { "/\(service)/\(name)" }
}

/// A method with the types of its messages and all that the proto file says about it.
public struct RPCMethod<Request: WireMessage, Response: WireMessage>: AnyRPCMethod {
  /// The full name of the service.
  public let service: String
  /// The name of the method.
  public let name: String
  /// The path that a call names on the wire.
  public let path: String
  /// Which side is a stream.
  public let kind: CallKind
  /// The roles that may call it, beside administrators; empty means administrators only.
  public let roles: [OptionsV1.Role]
  /// Whether it changes something and so carries a request id.
  public let mutates: Bool
  /// Whether the proto file says that a call may be repeated.
  public let isIdempotent: Bool
  /// The reasons that its refusals may name, beside those that every method has.
  public let reasons: [OptionsV1.Reason]
  /// What it does, from the proto file.
  public let summary: String

  init(
    service: String, name: String, kind: CallKind, roles: [OptionsV1.Role], mutates: Bool,
    isIdempotent: Bool, reasons: [OptionsV1.Reason], summary: String
  ) {
    self.service = service
    self.name = name
    path = "/\(service)/\(name)"
    self.kind = kind
    self.roles = roles
    self.mutates = mutates
    self.isIdempotent = isIdempotent
    self.reasons = reasons
    self.summary = summary
  }

  /// The type of a request.
  public var requestType: any WireMessage.Type { Request.self }
  /// The type of a response.
  public var responseType: any WireMessage.Type { Response.self }
}
