import CallbackCore
import CallerDirectory

/// A directory that answers when the test answers, and only then.
final class ScriptedDirectory: CallerDirectory {
  /// Something the directory was asked, waiting for the test.
  struct Call<Answer: Sendable>: Sendable {
    let line: PhoneNumber.Line
    fileprivate let continuation: CheckedContinuation<Result<Answer, DirectoryError>, Never>

    func answer(_ answer: Answer) { continuation.resume(returning: .success(answer)) }
    func fail() { continuation.resume(returning: .failure(.unavailable("scripted"))) }
  }

  let name: String
  let capabilities: DirectoryCapabilities
  private let lookups = AsyncStream<Call<[CallerMatch]>>.makeStream()
  private let changes = AsyncStream<Call<DirectoryRecord>>.makeStream()

  private let records: [DirectoryRecord]

  init(
    name: String = "scripted", capabilities: DirectoryCapabilities = .all,
    records: [DirectoryRecord] = []
  ) {
    self.name = name
    self.capabilities = capabilities
    self.records = records
  }

  /// The next look-up; waits for one.
  func nextLookup() async -> Call<[CallerMatch]> {
    for await call in lookups.stream { return call }
    fatalError("the stream has no end")
  }

  /// The next change; waits for one.
  func nextChange() async -> Call<DirectoryRecord> {
    for await call in changes.stream { return call }
    fatalError("the stream has no end")
  }

  func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch] {
    let result: Result<[CallerMatch], DirectoryError> = await withCheckedContinuation {
      lookups.continuation.yield(Call(line: line, continuation: $0))
    }
    return try result.get()
  }

  func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    DirectorySearchResult(records: [], hasMore: false)
  }

  func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    records.first { $0.id == id }
  }

  func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    RecordChange(record: try await change(lead.number), hasChanged: true)
  }

  func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord { try await change(line) }

  func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    RecordChange(record: try await change(line), hasChanged: true)
  }

  private func change(_ line: PhoneNumber.Line) async throws(DirectoryError) -> DirectoryRecord {
    let result: Result<DirectoryRecord, DirectoryError> = await withCheckedContinuation {
      changes.continuation.yield(Call(line: line, continuation: $0))
    }
    return try result.get()
  }
}
