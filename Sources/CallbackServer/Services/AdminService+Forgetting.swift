import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import EventLog
import UnixRPC

extension V1.ListForgettingsRequest: PageRequest {}

extension AdminService {
  /// Forgets a number everywhere the daemon can, and names where it cannot.
  func forgetCaller(
    _ request: V1.ForgetCallerRequest, _ call: RPCCall
  ) async throws -> V1.ForgetCallerResponse {
    let region = try context.numbers.region(request.region, "region")
    let number = try context.numbers.number(request.number, "number", in: region)
    let actor = Actor(userID: call.peer.uid)
    let key = try request.key(for: actor)
    let decided = try await context.engine.decideForgetting(
      number.e164, actor: actor, key: key,
      fingerprint: request.fingerprint(path: AdminServiceMethods.forgetCaller.path),
      request: key.map { RequestFingerprint.of($0) }
        ?? Fingerprint(high: .random(in: .min ... .max), low: .random(in: .min ... .max)))
    let reply: Reply
    do throws(Rejection) {
      reply = try decided.answer.get()
    } catch {
      throw Refusal(error).decided(at: decided.answer.position)
    }
    guard case .forgotten(let cancelled, _) = reply, let id = decided.id else {
      throw Refusal.defect
    }
    let (entry, records) = try await UnfinishedForgettings(context: context)
      .finish(id, of: number)
    context.logger.notice(
      "a number was forgotten",
      metadata: ["uid": "\(actor.userID)", "callbacks": "\(entry.callbacks)"])
    return V1.ForgetCallerResponse(
      logPosition: decided.answer.position, cancelledCallbacks: cancelled,
      historyCallbacks: entry.callbacks, directoryRecords: records,
      remainders: try await remainders(of: number.e164))
  }

  /// Lists when numbers were forgotten, the oldest first.
  func listForgettings(
    _ request: V1.ListForgettingsRequest, _ call: RPCCall
  ) async throws -> V1.ListForgettingsResponse {
    var (page, after) = try request.page(of: V1.Forgetting.self)
    let limit = try Field.pageSize(request.pageSize, "page_size", FieldLimits.page)
    let start = after.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
    let found = try await context.engine.forgettings(after: start, limit: limit + 1)
    page.fill(found.entries, bytes: { Array(String($0.id).utf8) }) { V1.Forgetting($0) }
    return V1.ListForgettingsResponse(
      logPosition: found.position, forgettings: page.entries, nextPageToken: page.nextToken)
  }

  private func remainders(of e164: String) async throws -> [V1.ForgetRemainder] {
    let kept = try await context.engine.read { state, _ in
      state.exclusionKeys.filter { $0.e164 == e164 }
        .map { V1.ForgetRemainder(kind: .exclusion, name: $0.location?.rawValue ?? "") }
        + state.numberLines.filter { $0.e164 == e164 }
        .map { _ in V1.ForgetRemainder(kind: .dialledNumber) }
    }
    let directories = context.resolver.directoryNames(but: context.directory.name)
      .map { V1.ForgetRemainder(kind: .directory, name: $0) }
    var kinds: [V1.ForgetRemainderKind] = [.backups, .serviceLog]
    // What has no files of its own is on a server, where other hosts may be.
    if context.backups == nil { kinds += [.databaseServer, .otherHosts] }
    return directories + kinds.map { V1.ForgetRemainder(kind: $0) } + kept
  }
}

extension V1.Forgetting {
  fileprivate init(_ entry: ForgettingEntry) {
    self.init(
      forgottenAt: GoogleProtobuf.Timestamp(entry.at), actorUid: entry.actor.userID,
      historyCallbacks: entry.callbacks)
  }
}
