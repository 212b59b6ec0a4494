import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListInactiveReasonsRequest: PageRequest {}

extension AdminService {
  /// Makes or replaces a reason for being inactive.
  func putInactiveReason(
    _ request: V1.PutInactiveReasonRequest
  ) throws -> CommandCall<V1.PutInactiveReasonResponse> {
    let wanted = try Field.required(request.reason, "reason")
    let reason = try wanted.reason()
    let command = Command.putInactiveReason(
      reason, ifRevision: try Etag.revision(wanted.etag, "reason.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      var put = reason
      put.revision = revision
      return V1.PutInactiveReasonResponse(
        logPosition: at.position, reason: V1.InactiveReason(put))
    }
  }

  /// Lists the reasons by id.
  func listInactiveReasons(
    _ request: V1.ListInactiveReasonsRequest
  ) throws -> ReadCall<V1.ListInactiveReasonsResponse> {
    let (empty, after) = try request.page(of: V1.InactiveReason.self)
    return { state, point in
      var page = empty
      page.fill(state.inactiveReasonIDs.afterKey(after), bytes: \.keyBytes) { id in
        state.inactiveReason(id).map { V1.InactiveReason($0) }
      }
      return V1.ListInactiveReasonsResponse(
        logPosition: point.position, reasons: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Deletes a reason that no agent gives now.
  func deleteInactiveReason(
    _ request: V1.DeleteInactiveReasonRequest
  ) throws -> CommandCall<V1.DeleteInactiveReasonResponse> {
    let id: InactiveReasonID = try Field.identifier(request.reasonID, "reason_id")
    let command = Command.deleteInactiveReason(
      id, ifRevision: try Etag.revision(request.etag))
    return CommandCall(command) { _, at in
      V1.DeleteInactiveReasonResponse(logPosition: at.position)
    }
  }
}
