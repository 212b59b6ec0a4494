public import CallbackCore
public import CallerDirectory

/// A CRM behind an HTTP API that speaks JSON, described in the configuration.
public final class JSONDirectory: CallerDirectory {
  /// The requests of an API; those that are missing cannot be made.
  public struct Requests: Hashable, Sendable {
    /// Finds the records of a number: `{e164}`, `{digits}`, `{national}`, `{extension}`.
    public var lookup: RequestTemplate
    /// Searches: `{query}`, `{limit}`.
    public var search: RequestTemplate?
    /// Gives one record: `{id}`.
    public var record: RequestTemplate?
    /// Starts a Lead: `{name}`, `{location}` and the number's; answers with the record.
    public var createLead: RequestTemplate?
    /// Adds a number to a record: `{id}` and the number's.
    public var linkNumber: RequestTemplate?
    /// Takes a number off a record: `{id}` and the number's.
    public var unlinkNumber: RequestTemplate?
    /// Adds a note to a record: `{id}`, `{text}`, `{time}`.
    public var addNote: RequestTemplate?

    /// An API that can only be asked for numbers.
    public init(lookup: RequestTemplate) { self.lookup = lookup }
  }

  /// The name in the configuration.
  public let name: String
  /// What there are requests for.
  public let capabilities: DirectoryCapabilities
  private let requests: Requests
  private let paths: RecordPaths
  private let mapping: RecordMapping
  private let caller: HTTPCaller

  /// Puts a directory in front of an API; it need not be reachable yet.
  public init(
    name: String, requests: Requests, paths: RecordPaths, mapping: RecordMapping,
    settings: HTTPSettings
  ) {
    self.name = name
    self.requests = requests
    self.paths = paths
    self.mapping = mapping
    caller = HTTPCaller(settings)
    // A changed record is read back, so that what is said of it is true.
    let canRead = requests.record != nil
    capabilities = DirectoryCapabilities(
      canCreateLead: requests.createLead != nil && canRead,
      canLinkNumbers: requests.linkNumber != nil && requests.unlinkNumber != nil && canRead,
      canAddNotes: requests.addNote != nil,
      reason: "the configuration of \(name) has no request for it")
  }

  /// The records of a number.
  public func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch] {
    let answer = try await ask(requests.lookup, values(of: line))
    return try mapping.matches(paths.records(answer), of: line)
  }

  /// Records by what somebody typed.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    guard let search = requests.search else {
      throw .unsupported("\(name) has no request for searching")
    }
    let answer = try await ask(search, ["query": text, "limit": String(limit + 1)])
    let records = try mapping.records(try paths.records(answer))
    return DirectorySearchResult(
      records: Array(records.prefix(limit)), hasMore: records.count > limit)
  }

  /// One record.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    guard let request = requests.record else {
      throw .unsupported("\(name) has no request for a record")
    }
    // No record has such an id, and it would ask for something else than a record.
    if RequestTemplate.isDotSegment(id) { return nil }
    let answer = try await caller.ask(request, ["id": id])
    if answer.status == 404 || answer.status == 410 { return nil }
    let records = try mapping.records(try paths.single(try Self.value(answer)))
    // An API may answer with another record, such as one that this one was merged into.
    return records.first { $0.id == id }
  }

  /// Starts a Lead, unless the number has an active one.
  public func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    guard let request = requests.createLead else { throw .readOnly(capabilities.reason) }
    if let known = try await lookup(lead.number).first(where: \.isActiveLead),
      let record = try await record(known.recordID)
    {
      return RecordChange(record: record, hasChanged: false)
    }
    var values = values(of: lead.number)
    values["name"] = lead.name
    values["location"] = lead.location?.rawValue ?? ""
    values["request_id"] = requestID
    let answer = try await change(request, values, about: "")
    var id = paths.id(answer)
    if id == nil {
      // Some APIs say that it was made, but not which it is.
      id = try await lookup(lead.number).first(where: \.isActiveLead)?.recordID
    }
    guard let id, let record = try await record(id) else {
      throw .unavailable("the API's answer to a new Lead names no record")
    }
    return RecordChange(record: record, hasChanged: true)
  }

  /// Matches a number to a record.
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord {
    try await change(requests.linkNumber, line, of: recordID, requestID) {
      $0.numbers.contains(line)
    }.record
  }

  /// Takes a number off a record.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    try await change(requests.unlinkNumber, line, of: recordID, requestID) {
      !$0.numbers.contains(line)
    }
  }

  /// Adds a note to a record.
  public func addNote(
    _ text: String, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) {
    guard let request = requests.addNote else { throw .readOnly(capabilities.reason) }
    if RequestTemplate.isDotSegment(recordID) { throw .recordNotFound(recordID) }
    let values = [
      "id": recordID, "text": text, "request_id": requestID, "time": String(now.milliseconds),
    ]
    _ = try await change(request, values, about: recordID)
  }

  // MARK: - Calls

  private func change(
    _ request: RequestTemplate?, _ line: PhoneNumber.Line, of recordID: String,
    _ requestID: String, isDone: (DirectoryRecord) -> Bool
  ) async throws(DirectoryError) -> RecordChange {
    guard let request else { throw .readOnly(capabilities.reason) }
    guard let before = try await record(recordID) else { throw .recordNotFound(recordID) }
    // Where the answers hold no numbers, whether it is done does not show.
    let shows = !paths.phones.isEmpty
    if shows, isDone(before) { return RecordChange(record: before, hasChanged: false) }
    var values = values(of: line)
    values["id"] = recordID
    values["request_id"] = requestID
    _ = try await change(request, values, about: recordID)
    guard let after = try await record(recordID), !shows || isDone(after) else {
      throw .unavailable("the API took the change, but the record does not show it")
    }
    return RecordChange(record: after, hasChanged: true)
  }

  private func change(
    _ request: RequestTemplate, _ values: TemplateValues, about id: String
  ) async throws(DirectoryError) -> JSONValue {
    let answer = try await caller.change(request, values)
    if answer.status == 404, !id.isEmpty { throw .recordNotFound(id) }
    if [400, 409, 422].contains(answer.status) {
      throw .readOnly("\(name) refused it with status \(answer.status)")
    }
    return try Self.value(answer)
  }

  private func ask(
    _ request: RequestTemplate, _ values: TemplateValues
  ) async throws(DirectoryError) -> JSONValue {
    try Self.value(try await caller.ask(request, values))
  }

  private static func value(_ answer: HTTPCaller.Answer) throws(DirectoryError) -> JSONValue {
    guard (200..<300).contains(answer.status) else {
      throw .unavailable("the API answered \(answer.status)")
    }
    return answer.value
  }

  private func values(of line: PhoneNumber.Line) -> TemplateValues {
    let forms = WrittenForms(line, in: mapping.region)
    return [
      "e164": line.e164, "digits": forms.digits, "national": forms.national,
      "extension": line.extension,
    ]
  }
}
