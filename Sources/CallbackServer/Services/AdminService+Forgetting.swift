import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import UnixRPC

extension AdminService {
  /// Forgets a number everywhere the daemon can, and names where it cannot.
  func forgetCaller(
    _ request: V1.ForgetCallerRequest, _ call: RPCCall
  ) async throws -> V1.ForgetCallerResponse {
    let region = try context.numbers.region(request.region, "region")
    let number = try context.numbers.number(request.number, "number", in: region)
    let actor = Actor(userID: call.peer.uid)
    let forgotten = try await context.engine.forget(
      number.e164, actor: actor, key: try request.key(for: actor),
      fingerprint: request.fingerprint(path: AdminServiceMethods.forgetCaller.path))
    let reply: Reply
    do throws(Rejection) {
      reply = try forgotten.answer.get()
    } catch {
      throw Refusal(error).decided(at: forgotten.answer.position)
    }
    guard case .forgotten(let cancelled, _) = reply, let entry = forgotten.entry else {
      throw Refusal.defect
    }
    // After the log, so that no callback of the number asks for what is cached any more.
    let records = try await context.directory.forget(number.line)
    context.resolver.forget(e164: number.e164)
    context.logger.notice(
      "a number was forgotten",
      metadata: ["uid": "\(actor.userID)", "callbacks": "\(entry.callbacks)"])
    return V1.ForgetCallerResponse(
      logPosition: forgotten.answer.position, cancelledCallbacks: cancelled,
      historyCallbacks: entry.callbacks, directoryRecords: UInt64(records),
      remainders: try await remainders(of: number.e164))
  }

  private func remainders(of e164: String) async throws -> [V1.ForgetRemainder] {
    let kept = try await context.engine.read { state, _ in
      state.exclusionKeys.filter { $0.e164 == e164 }
        .map { V1.ForgetRemainder(kind: .exclusion, name: $0.location?.rawValue ?? "") }
        + state.numberLines.filter { $0.e164 == e164 }
        .map { _ in V1.ForgetRemainder(kind: .dialledNumber) }
    }
    return context.resolver.directoryNames(but: context.directory.name)
      .map { V1.ForgetRemainder(kind: .directory, name: $0) }
      + [V1.ForgetRemainder(kind: .backups), V1.ForgetRemainder(kind: .serviceLog)] + kept
  }
}
