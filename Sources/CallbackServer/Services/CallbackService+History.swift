import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import UnixRPC

extension V1.GetCallerHistoryRequest: PageRequest {}

extension CallbackService {
  /// Gives the callbacks of a number, newest first.
  func getCallerHistory(
    _ request: V1.GetCallerHistoryRequest, _ call: RPCCall
  ) async throws -> V1.GetCallerHistoryResponse {
    let region = try context.numbers.region(request.region, "region")
    let number = try context.numbers.number(request.number, "number", in: region)
    var (page, after) = try request.page(
      of: V1.HistoryEntry.self, size: FieldLimits.historyPage)
    let cursor = try after.map { key throws(FieldError) in
      guard let cursor = HistoryCursor(text: String(decoding: key, as: UTF8.self)) else {
        throw FieldError("page_token", .foreignPageToken)
      }
      return cursor
    }
    let limit = try Field.pageSize(request.pageSize, "page_size", FieldLimits.historyPage)
    let found = try await context.engine.history(
      .number(e164: number.e164), before: cursor, limit: limit)
    let clocks = context.engine.clocks
    page.fill(found.entries, bytes: { Array($0.cursor.text.utf8) }) { entry in
      context.message(of: entry, found.holders, clocks)
    }
    if page.nextToken.isEmpty, let next = found.next {
      page.end(after: Array(next.text.utf8))
    }
    return V1.GetCallerHistoryResponse(
      logPosition: found.position, number: V1.PhoneNumber(number), entries: page.entries,
      nextPageToken: page.nextToken)
  }
}

extension ServiceContext {
  /// An entry of the history.
  ///
  /// - Parameter holders: who has the live callbacks of the page.
  func message(
    of entry: HistoryEntry, _ holders: [CallbackID: AgentID], _ clocks: Clocks
  ) -> V1.HistoryEntry {
    var result = V1.HistoryEntry(at: GoogleProtobuf.Timestamp(entry.at))
    switch entry.kind {
    case .callback(let kept):
      result.entry = .callback(
        V1.HistoryCallback(
          callback: message(of: kept.callback, heldBy: holders[kept.callback.id], clocks),
          attempts: kept.attempts.map { V1.HistoryAttempt($0) }))
    case .link(let link):
      result.entry = .link(
        V1.HistoryLink(
          recordID: link.recordID, startedLead: link.startedLead,
          agentID: link.agent?.rawValue ?? "", unmatched: link.unmatched))
    }
    return result
  }
}
