import CallbackMessages
import ProtobufC
import ScriptedDaemon
import Testing
import UnixRPC

@testable import CallbackClient

@Suite("Importing a directory")
struct ImportTests {
  @Test("rows go in batches of at most 200, answered in order")
  func batches() async throws {
    let sizes = Recorded<Int>()
    try await ScriptedDaemon.run { router in
      router.duplex(AdminServiceMethods.importDirectory) { requests, responses in
        var imported: UInt64 = 0
        while let request = try await requests.next() {
          sizes.add(request.rows.count)
          imported += UInt64(request.rows.count)
          try await responses.send(
            V1.ImportDirectoryResponse(
              committedThrough: request.rows.last?.line ?? 0, imported: imported))
        }
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket)
      let rows = (1...1_450).lazy.map { Self.row(UInt64($0)) }
      var progress: [UInt64] = []
      let last = try await client.importDirectory(rows) { progress.append($0.imported) }
      #expect(sizes.all == [200, 200, 200, 200, 200, 200, 200, 50])
      #expect(progress == [200, 400, 600, 800, 1_000, 1_200, 1_400, 1_450])
      #expect(last.committedThrough == 1_450)
      await client.close()
    }
  }

  @Test("a batch fits into a message however long its rows are")
  func bytes() {
    var batches = ImportBatches((1...100).map { Self.row(UInt64($0), nameBytes: 2_000) })
    var lines: [UInt64] = []
    while let batch = batches.next() {
      let size = V1.ImportDirectoryRequest(rows: batch).serialized().count
      #expect(size <= 48 * 1_024)
      #expect(batch.count > 20 || batch.last?.line == 100)
      lines += batch.map(\.line)
    }
    #expect(lines == Array(1...100))
  }

  @Test("a row that no message can hold goes alone, for the daemon to refuse")
  func giant() {
    var batches = ImportBatches([Self.row(1), Self.row(2, nameBytes: 60_000), Self.row(3)])
    var counts: [[UInt64]] = []
    while let batch = batches.next() { counts.append(batch.map(\.line)) }
    #expect(counts == [[1], [2], [3]])
  }

  @Test("no rows, no batches")
  func empty() {
    var batches = ImportBatches([V1.ImportRow]())
    #expect(batches.next() == nil)
  }

  @Test("a refused import says why")
  func refused() async throws {
    try await ScriptedDaemon.run { router in
      router.duplex(AdminServiceMethods.importDirectory) { requests, _ in
        _ = try await requests.next()
        throw RPCError.refusal(
          .failedPrecondition, "the directory is read-only", reason: "DIRECTORY_REFUSED")
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket)
      let error = await #expect(throws: CallbackError.self) {
        try await client.importDirectory((1...2_000).lazy.map { Self.row(UInt64($0)) })
      }
      #expect(error?.reason == .directoryRefused)
      await client.close()
    }
  }

  private static func row(_ line: UInt64, nameBytes: Int = 10) -> V1.ImportRow {
    V1.ImportRow(
      line: line, recordID: "R\(line)", recordClass: "lead",
      name: String(repeating: "n", count: nameBytes), numbers: ["5105550123"])
  }
}
