import CallbackClient
import CallbackMessages
import Synchronization

/// What connectors were granted.
final class Grants: Sendable {
  private let kept = Mutex<[String: [String]]>([:])

  /// Who was granted each attempt, in order.
  var all: [String: [String]] { kept.withLock { $0 } }

  func note(_ attempt: String, to dialer: String) {
    kept.withLock { $0[attempt, default: []].append(dialer) }
  }
}

/// A connector that claims every command twice, as one does that lost an answer, and whose calls end
/// with nobody answering, at once.
struct Connector: Sendable {
  let name: String
  let client: CallbackClient
  let grants: Grants

  /// Dials until the task is cancelled; after an interruption it attaches again.
  func run() async {
    while !Task.isCancelled {
      try? await dial()
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private func dial() async throws {
    let call = try await client.dial()
    try await call.send(.init(message: .hello(.init(dialerID: name, instance: "1"))))
    for try await response in call.responses {
      switch response.message {
      case .command(let command):
        for _ in 0..<2 {
          try await call.send(.init(message: .claim(.init(attemptID: command.attemptID))))
        }
      case .granted(let granted):
        grants.note(granted.attemptID, to: name)
        let report = V1.CallReport(
          attemptID: granted.attemptID, sequence: 1, phase: .ended, leg: .caller, q850Cause: 17)
        try await call.send(.init(message: .report(report)))
      case .query(let query):
        try await call.send(
          .init(message: .answer(.init(attemptID: query.attemptID, knowledge: .notDialled))))
      case .welcome, .revoked, .hangUp, .reportAck, nil: break
      }
    }
  }
}
