import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import ProtobufC
import UnixRPC

/// Holds users who are bound to certain agents to these agents, for every method alike.
struct BindingCheck: Sendable {
  let access: AccessControl
  let engine: Engine

  /// Calls `body` with nil, or with why the call is refused: at once, unless a bound user names an
  /// attempt or a session, whose agents the rules know.
  func check<Request: WireMessage>(
    _ request: Request, _ call: RPCCall, _ path: String,
    then body: @escaping @Sendable (Refusal?) -> Void
  ) {
    guard let request = request as? any ActingRequest,
      let agents = access.binding(of: call.peer, toCall: path)
    else { return body(nil) }
    let named = request.actsFor
    if let other = named.agents.lazy.filter({ !$0.isEmpty }).map({ AgentID($0) })
      .first(where: { !agents.contains($0) })
    {
      return body(.agentNotYours(other))
    }
    let attempts = named.attempts.compactMap { AttemptID(text: $0) }
    let sessions = named.sessions.filter { !$0.isEmpty }.map { SessionID($0) }
    if attempts.isEmpty, sessions.isEmpty { return body(nil) }
    engine.read { result in
      switch result {
      case .success((let state, _)):
        // What the rules do not know is refused, or made, by the call itself.
        let owners =
          attempts.compactMap { state.attempt($0)?.agent }
          + sessions.flatMap { state.agents(of: $0) ?? [] }
        body(owners.first { !agents.contains($0) }.map { .agentNotYours($0) })
      case .failure(let error): body(Refusal(error))
      }
    }
  }

  /// Returns, or throws why the call is refused.
  func check(_ request: some WireMessage, _ call: RPCCall, _ path: String) async throws {
    guard request is any ActingRequest, access.binding(of: call.peer, toCall: path) != nil else {
      return
    }
    let refusal = await withCheckedContinuation { continuation in
      check(request, call, path) { continuation.resume(returning: $0) }
    }
    if let refusal { throw refusal }
  }
}
