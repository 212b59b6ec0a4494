import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import ProtobufC
import UnixRPC

extension CallbackService {
  /// Entries that are read at once.
  private static let exportPage = 200

  /// Gives the history newest first; each page is read when the reader has taken the one before.
  func exportHistory(
    _ request: V1.ExportHistoryRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.ExportHistoryResponse>
  ) async throws {
    let query = try query(of: request)
    let since = try request.since?.wallTime("since")
    // Before everything that is placed at that moment.
    let until = try request.until?.wallTime("until")
    var cursor = until.map { HistoryCursor(at: $0, high: 0, low: 0) }
    repeat {
      let page = try await context.engine.history(query, before: cursor, limit: Self.exportPage)
      let clocks = context.engine.clocks
      var message = V1.ExportHistoryResponse(logPosition: page.position)
      var bytes = 0
      var isOver = page.next == nil
      for entry in page.entries {
        if let since, entry.at < since {
          isOver = true
          break
        }
        let next = context.message(of: entry, page.holders, clocks)
        let size = next.withPackable { $0.packedSize } + 4
        if !message.entries.isEmpty, bytes + size > FieldLimits.pageBytes {
          try await responses.write(message)
          (message.entries, bytes) = ([], 0)
        }
        message.entries.append(next)
        bytes += size
      }
      if !message.entries.isEmpty { try await responses.write(message) }
      cursor = isOver ? nil : page.next
    } while cursor != nil
  }

  private func query(of request: V1.ExportHistoryRequest) throws(FieldError) -> HistoryQuery {
    switch request.of {
    case .number(let text):
      let number = try context.numbers.number(
        text, "number", in: context.numbers.defaultRegion)
      return .number(e164: number.e164)
    case .agentID(let id): return .agent(try Field.identifier(id, "agent_id"))
    case nil: return .all
    }
  }
}
