import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import UnixRPC

extension AdminService {
  /// Imports records batch by batch: each is one transaction, answered when it is durable.
  func importDirectory(
    _ batches: MessageStream<V1.ImportDirectoryRequest>, _ call: RPCCall,
    _ responses: MessageWriter<V1.ImportDirectoryResponse>
  ) async throws {
    var progress = V1.ImportDirectoryResponse()
    for try await batch in batches {
      let rows = try Field.list(batch.rows, "rows", count: 1...FieldLimits.rowsPerBatch)
      var read: [ImportRow] = []
      var timeless: [RefusedLine] = []
      for (index, row) in rows.enumerated() {
        let line = Int(
          try Field.number(row.line, "rows[\(index)].line", in: 1...UInt64(Int32.max)))
        do throws(FieldError) {
          read.append(ImportRow(row, line: line, updatedAt: try row.updatedAt?.wallTime("time")))
        } catch {
          timeless.append(RefusedLine(line: line, reason: .badTime))
        }
      }
      var result = try await context.directory.importRows(
        read, regions: context.importRegions, at: context.engine.clocks.wall,
        isDryRun: batch.dryRun)
      result.refused = (result.refused + timeless).sorted { $0.line < $1.line }
      progress.committedThrough = rows.last?.line ?? progress.committedThrough
      progress.imported += UInt64(result.imported)
      progress.refused += UInt64(result.refused.count)
      progress.refusedRows = result.refused.map { V1.RefusedRow($0) }
      try await responses.write(progress)
    }
  }

  /// Gives all records of the embedded directory page by page, as fast as the reader takes them.
  func exportDirectory(
    _ request: V1.ExportDirectoryRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.ExportDirectoryResponse>
  ) async throws {
    var cursor: ExportCursor?
    var line: UInt64 = 0
    repeat {
      let page = try await context.directory.export(
        after: cursor, limit: FieldLimits.exportedRows)
      cursor = page.next
      let rows = page.records.map { record in
        line += 1
        return V1.ImportRow(record, line: line)
      }
      if !rows.isEmpty { try await responses.write(V1.ExportDirectoryResponse(rows: rows)) }
    } while cursor != nil
  }
}

extension V1.ImportRow {
  /// A record as an import takes it.
  fileprivate init(_ record: DirectoryRecord, line: UInt64) {
    let word =
      switch record.recordClass {
      case .lead: "lead"
      case .customer: "customer"
      case .previousCustomer: "previous_customer"
      }
    self.init(
      line: line, recordID: record.id, recordClass: word,
      active: record.recordClass != .lead ? "" : record.isActiveLead ? "yes" : "no",
      name: record.name, locationID: record.location?.rawValue ?? "",
      numbers: record.numbers.map {
        $0.extension.isEmpty ? $0.e164 : "\($0.e164) ext. \($0.extension)"
      }, updatedAt: GoogleProtobuf.Timestamp(known: record.updatedAt))
  }
}

extension ServiceContext {
  fileprivate var importRegions: ImportRegions {
    var byLocation: [String: PhoneRegion] = [:]
    for (id, code) in numbers.mirror.regions() { byLocation[id.rawValue] = try? PhoneRegion(code) }
    return ImportRegions(fallback: numbers.defaultRegion, byLocation: byLocation)
  }
}

extension ImportRow {
  /// A row as it is written; what its fields hold is for the directory to say.
  fileprivate init(_ row: V1.ImportRow, line: Int, updatedAt: WallTime?) {
    self.init(
      line: line, id: row.recordID, recordClass: row.recordClass, active: row.active,
      name: row.name, location: row.locationID, numbers: row.numbers, region: row.region,
      updatedAt: updatedAt)
  }
}

extension V1.RefusedRow {
  fileprivate init(_ refused: RefusedLine) {
    let reason: OptionsV1.Reason =
      switch refused.reason {
      case .missing: .fieldMissing
      case .badNumber: .numberImpossible
      case .tooLong, .badClass, .badActive, .badRegion, .tooManyNumbers, .badTime: .fieldInvalid
      }
    self.init(line: UInt64(refused.line), message: "\(refused.reason)", reason: reason)
  }
}
