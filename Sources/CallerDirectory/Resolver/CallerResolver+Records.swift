import CallbackCore

extension CallerResolver {
  /// Records by what somebody typed, of all directories in their order; see
  /// `CallerDirectory.search`.
  ///
  /// - Throws: the first failure where no directory answered.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    guard sources.count > 1 else {
      return try await sources[0].directory.search(text, in: region, limit: limit)
    }
    let tasks = sources.map { source in
      Task { await Self.search(source.directory, text, region, limit) }
    }
    var all = DirectorySearchResult(records: [], hasMore: false)
    var failure: DirectoryError?
    var answers = 0
    for (index, task) in tasks.enumerated() {
      switch await task.value {
      case .success(let found):
        answers += 1
        all.records += found.records.map { qualified($0, index) }
        all.hasMore = all.hasMore || found.hasMore
      case .failure(let error):
        failure = failure ?? error
        // One that has no search hides nothing.
        if case .unsupported = error { continue }
        all.unanswered.append(sources[index].directory.name)
      }
    }
    if answers == 0, let failure { throw failure }
    if all.records.count > limit {
      all.records.removeSubrange(limit...)
      all.hasMore = true
    }
    return all
  }

  private static func search(
    _ directory: any CallerDirectory, _ text: String, _ region: PhoneRegion, _ limit: Int
  ) async -> Result<DirectorySearchResult, DirectoryError> {
    do throws(DirectoryError) {
      return .success(try await directory.search(text, in: region, limit: limit))
    } catch {
      return .failure(error)
    }
  }

  /// One record; nil where there is none of the id.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    do throws(DirectoryError) {
      let (index, own) = try await place(of: id)
      return try await sources[index].directory.record(own).map { qualified($0, index) }
    } catch {
      if case .recordNotFound = error { return nil }
      throw error
    }
  }

  /// Adds a note to a record, once for each request id that was answered.
  ///
  /// - Throws: `unsupported`, with the reason, where the record's directory takes no notes.
  public func addNote(
    _ text: String, to recordID: String, _ request: ChangeRequest
  ) async throws(DirectoryError) {
    let (index, id) = try await place(of: recordID)
    let directory = sources[index].directory
    guard directory.capabilities.canAddNotes else {
      throw .unsupported(directory.capabilities.reason)
    }
    if let ledger, try ledger.begin(request) != nil { return }
    try await directory.addNote(text, to: id, requestID: request.id, at: request.at)
    try ledger?.finish(request, recordID: id, hasChanged: true)
  }

  /// Which directory has a record, and its id there. An id without the name of a directory, from
  /// before there were several, is looked for in all of them.
  func place(of recordID: String) async throws(DirectoryError) -> (index: Int, id: String) {
    if sources.count == 1 {
      guard let named = RecordName(recordID, among: names) else { return (0, recordID) }
      // The name of the only directory, from when there were several.
      if try await sources[0].directory.record(recordID) != nil { return (0, recordID) }
      return (0, named.id)
    }
    if let named = RecordName(recordID, among: names),
      let index = names.firstIndex(of: named.directory)
    {
      return (index, named.id)
    }
    var failure: DirectoryError?
    for (index, source) in sources.enumerated() {
      do throws(DirectoryError) {
        if try await source.directory.record(recordID) != nil { return (index, recordID) }
      } catch {
        // Another may have it; one that has no records by id has not.
        if case .unsupported = error { continue }
        failure = failure ?? error
      }
    }
    throw failure ?? .recordNotFound(recordID)
  }

  func qualified(_ record: DirectoryRecord, _ index: Int) -> DirectoryRecord {
    guard sources.count > 1 else { return record }
    var record = record
    record.id = RecordName(names[index], record.id).text
    return record
  }
}
