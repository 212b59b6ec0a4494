import CallbackCore
import CallbackMessages
import CallerDirectory
import NIOCore
import ProtobufC
import UnixRPC

/// Typed calls of a CrmService.
struct CRMCalls: Sendable {
  /// What an answer may cost: a hundred records with all that they may hold.
  private static let limits = WireLimits(
    bytes: 512 * 1024, depth: 16, fields: 65_536, unknownFields: 1_024, memory: 16 << 20)

  private let client: RPCClient

  init(path: String) {
    var configuration = RPCClientConfiguration()
    configuration.maximumMessageBytes = Self.limits.bytes
    client = RPCClient(path: path, configuration: configuration)
  }

  func call<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request, timeout: Duration
  ) async throws(RPCError) -> Response {
    let answer = try await client.unary(
      method.path, ByteBuffer(bytes: request.serialized()), options: .init(timeout: timeout))
    do throws(WireError) {
      return try Response(wire: Array(answer.message.readableBytesView), limits: Self.limits)
    } catch {
      throw RPCError(.internal, "The CRM's answer is malformed: \(error)")
    }
  }
}

extension DirectoryError {
  /// What a CRM's status means.
  init(_ error: RPCError, about recordID: String) {
    // It comes from another program: what goes on is bounded.
    let words = String(error.message.prefix(256))
    switch error.code {
    case .notFound: self = .recordNotFound(recordID)
    case .alreadyExists: self = .requestReused(words)
    case .invalidArgument: self = .invalid(field: "crm", reason: words)
    case .failedPrecondition, .unimplemented:
      self = .readOnly(words.isEmpty ? "the CRM does not do this" : words)
    default: self = .unavailable("\(error.code): \(words)")
    }
  }
}

extension CRMV1.Line {
  init(_ line: PhoneNumber.Line) {
    self.init(e164: line.e164, extension: line.extension)
  }
}

extension CRMV1.Record {
  /// The record in the words that the mapping reads.
  func foreign() throws(DirectoryError) -> ForeignRecord {
    let word: String
    switch recordClass {
    case .lead: word = "lead"
    case .customer: word = "customer"
    case .previousCustomer: word = "previous_customer"
    default: throw .unavailable("the CRM's record has no class")
    }
    let written = numbers.map { $0.extension.isEmpty ? $0.e164 : "\($0.e164);ext=\($0.extension)" }
    return ForeignRecord(
      id: recordID, name: name, classWords: [word],
      statusWords: [activeLead ? "active" : "inactive"], location: locationID,
      numbers: written.isEmpty ? nil : written,
      updatedAt: updatedAt.map { String($0.seconds * 1000 + Int64($0.nanos) / 1_000_000) } ?? "")
  }
}
