import CallbackCore
import CallbackMessages
import CallbackWire
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

  /// The connections made so far: whoever listens behind a new one may be another program.
  var connectionCount: UInt64 { client.connectionCount }

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
    let words = error.message.bounded
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

extension String {
  /// What goes on of a text that another program wrote: at most 256 code points, for a character may
  /// be of any length.
  var bounded: String { String(String.UnicodeScalarView(unicodeScalars.prefix(256))) }
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
    // One that is no time is as good as none: it only orders records.
    let updatedAt = updatedAt.flatMap { try? $0.wallTime("updated_at") }
    let written = numbers.map { $0.extension.isEmpty ? $0.e164 : "\($0.e164);ext=\($0.extension)" }
    return ForeignRecord(
      id: recordID, name: name, classWords: [word],
      statusWords: [activeLead ? "active" : "inactive"], location: locationID,
      numbers: written.isEmpty ? nil : written,
      updatedAt: updatedAt.map { String($0.milliseconds) } ?? "")
  }
}
