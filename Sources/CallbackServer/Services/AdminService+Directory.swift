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
      let read = try rows.enumerated().map { try ImportRow($1, "rows[\($0)]") }
      let result = try await context.directory.importRows(
        read, regions: context.importRegions, at: context.engine.clocks.wall)
      progress.committedThrough = rows.last?.line ?? progress.committedThrough
      progress.imported += UInt64(result.imported)
      progress.refused += UInt64(result.refused.count)
      progress.refusedRows = result.refused.map { V1.RefusedRow($0) }
      try await responses.write(progress)
    }
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
  fileprivate init(_ row: V1.ImportRow, _ path: String) throws(FieldError) {
    self.init(
      line: Int(try Field.number(row.line, "\(path).line", in: 1...UInt64(Int32.max))),
      id: row.recordID, recordClass: row.recordClass, active: row.active, name: row.name,
      location: row.locationID, numbers: row.numbers, region: row.region,
      updatedAt: try row.updatedAt?.wallTime("\(path).updated_at"))
  }
}

extension V1.RefusedRow {
  fileprivate init(_ refused: RefusedLine) {
    let reason: OptionsV1.Reason =
      switch refused.reason {
      case .missing: .fieldMissing
      case .badNumber: .numberImpossible
      case .tooLong, .badClass, .badActive, .badRegion, .tooManyNumbers: .fieldInvalid
      }
    self.init(line: UInt64(refused.line), message: "\(refused.reason)", reason: reason)
  }
}
