import CallbackCore
import CallbackEngine
import CallbackWire
import UnixRPC

extension ServiceContext {
  /// Opens an offers stream: its session, then its snapshot and what follows; closes the session
  /// when the call ends.
  func open(_ stream: OfferStream, by call: RPCCall) {
    let actor = Actor(userID: call.peer.uid)
    let command = Command.openSession(
      stream.session, stream: stream.number, agents: stream.agents)
    engine.submit(Submission(command, actor: actor)) { result in
      do throws(EngineError) {
        let answer = try result.get()
        if case .failure(let rejection) = answer.outcome {
          return stream.responses.finish(Refusal(rejection).decided(at: answer.position))
        }
      } catch {
        return stream.responses.finish(Refusal(error))
      }
      engine.read { result in
        switch result {
        case .success((let state, let point)): offers.add(stream, state, at: point)
        case .failure(let error): stream.responses.finish(Refusal(error))
        }
      }
    }
    call.onEnd {
      offers.remove(stream.number)
      let close = Command.closeSession(stream.session, stream: stream.number)
      // A daemon that is stopping takes no command; the next start closes what was open.
      engine.submit(Submission(close, actor: actor), isUrgent: true) { _ in }
    }
    call.onDrain { stream.responses.finish(.stopping) }
  }
}
