import CallbackWire
import Logging
import NIOCore
import UnixRPC

/// Turns errors into statuses and logs the ones that an operator must know.
struct ErrorReporter: Sendable {
  private let logger: Logger
  private let recent = RecentComplaints()

  init(logger: Logger) { self.logger = logger }

  /// The status of an error.
  func rpcError(_ error: any Error, _ path: String) -> RPCError {
    if let error = error as? RPCError { return error }
    if error is CancellationError { return RPCError(.cancelled, "The call was cancelled.") }
    let refusal = Refusal(anyError: error)
    if let words = error.wordsForOperators, recent.isNew("\(path) \(words)") {
      logger.error("call failed", metadata: ["method": "\(path)", "error": "\(words)"])
    }
    return RPCError(refusal)
  }

  /// The result of a body, its error as a status.
  func catching(_ path: String, _ body: () throws -> ByteBuffer) -> Result<ByteBuffer, RPCError> {
    do {
      return .success(try body())
    } catch {
      return .failure(rpcError(error, path))
    }
  }
}

extension RPCError {
  /// A refusal as a status with its details.
  init(_ refusal: Refusal) {
    self.init(
      RPCCode(rawValue: Int(refusal.code.rawValue)) ?? .unknown, refusal.message,
      details: refusal.status.serialized())
  }
}
