public import CallbackMessages
import ProtobufC

extension CallbackClient {
  /// Imports records into the embedded directory, batch by batch.
  ///
  /// Each batch is one transaction, so that after an error everything up to the last
  /// `committedThrough` is durable, and importing the same rows again is harmless.
  ///
  /// - Parameters:
  ///   - rows: in the order of their lines; read only as fast as the daemon takes them.
  ///   - dryRun: whether to tell what would become of the rows, and change nothing.
  ///   - progress: called with the daemon's answer to each batch.
  /// - Returns: the answer to the last batch; empty counts where there were no rows.
  @discardableResult
  public func importDirectory(
    _ rows: some Sequence<V1.ImportRow>, dryRun: Bool = false,
    progress: (V1.ImportDirectoryResponse) -> Void = { _ in }
  ) async throws(CallbackError) -> V1.ImportDirectoryResponse {
    let call = try await duplex(AdminServiceMethods.importDirectory)
    var answers = call.responses.makeAsyncIterator()
    var batches = ImportBatches(rows)
    var last = V1.ImportDirectoryResponse()
    var unanswered = 0
    while let batch = batches.next() {
      try await call.send(V1.ImportDirectoryRequest(rows: batch, dryRun: dryRun))
      unanswered += 1
      guard unanswered == Self.importWindow else { continue }
      last = try await answer(&answers)
      unanswered -= 1
      progress(last)
    }
    call.finish()
    while unanswered > 0 {
      last = try await answer(&answers)
      unanswered -= 1
      progress(last)
    }
    return last
  }

  /// Gives all records of the embedded directory in the order in which they came in.
  ///
  /// - Parameter take: called with some of them, as an import takes them.
  public func exportDirectory(_ take: ([V1.ImportRow]) throws -> Void) async throws {
    let pages = try await stream(AdminServiceMethods.exportDirectory, .init())
    for try await page in pages { try take(page.rows) }
  }

  /// Batches sent before the answer to the first of them is awaited: enough to keep the daemon
  /// busy, few enough to bound what is sent in vain after an error.
  private static let importWindow = 4

  private func answer(
    _ answers: inout MessageStream<V1.ImportDirectoryResponse>.Iterator
  ) async throws(CallbackError) -> V1.ImportDirectoryResponse {
    if let answer = try await answers.next() { return answer }
    throw CallbackError(.internal, "the import ended before all batches were answered")
  }
}

/// Rows in batches that fit into one message.
struct ImportBatches<Rows: IteratorProtocol> where Rows.Element == V1.ImportRow {
  /// The contract's limit on rows.
  static var rowLimit: Int { 200 }
  /// Bytes of rows a batch holds at most: the transport takes messages of 64 KiB.
  static var byteLimit: Int { 48 * 1_024 }

  private var rows: Rows
  private var held: V1.ImportRow?

  init<S: Sequence>(_ rows: S) where S.Iterator == Rows {
    self.rows = rows.makeIterator()
  }

  /// The next batch, or nil after the last row. A row that alone exceeds the limit goes alone: the
  /// daemon refuses it with a reason.
  mutating func next() -> [V1.ImportRow]? {
    var batch: [V1.ImportRow] = []
    var bytes = 0
    while batch.count < Self.rowLimit, let row = held ?? rows.next() {
      held = nil
      let size = row.withPackable { $0.packedSize } + 5
      if bytes + size > Self.byteLimit, !batch.isEmpty {
        held = row
        break
      }
      batch.append(row)
      bytes += size
    }
    return batch.isEmpty ? nil : batch
  }
}
