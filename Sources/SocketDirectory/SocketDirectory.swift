public import CallbackCore
import CallbackMessages
import CallbackWire
public import CallerDirectory
import ProtobufC
import Synchronization
import UnixRPC

/// A CRM behind a Unix socket: any program that implements `callback.crm.v1.CrmService`.
public final class SocketDirectory: CallerDirectory {
  /// How the program is called.
  public struct Settings: Sendable {
    /// How long a question may take.
    public var timeout: Duration = .seconds(2)
    /// How long a change may take.
    public var changeTimeout: Duration = .seconds(30)
    /// Where national numbers of its records are read, should it write any.
    public var region: PhoneRegion

    /// The defaults.
    public init(region: PhoneRegion) { self.region = region }
  }

  /// The name in the configuration.
  public let name: String
  let calls: CRMCalls
  private let settings: Settings
  private let mapping: RecordMapping
  private let known: Mutex<Known>

  /// What the program said that it can do.
  private struct Known {
    // Until it has said so, its own refusals tell.
    var capabilities = DirectoryCapabilities(
      canCreateLead: true, canLinkNumbers: true, canAddNotes: true)
    var isAsking = false
    /// The connections that there were when it was last asked, and when it last answered.
    var askedAt: UInt64?
    var answeredAt: UInt64?
  }

  /// Puts a directory in front of the program that listens at `path`; it need not run yet.
  public init(name: String, path: String, settings: Settings) {
    self.name = name
    self.settings = settings
    var classes = ClassMapping.own
    classes.activeLead = ["active"]
    mapping = RecordMapping(classes: classes, region: settings.region)
    calls = CRMCalls(path: path)
    known = Mutex(Known())
    askCapabilities()
  }

  /// What the program last said.
  public var capabilities: DirectoryCapabilities {
    let (capabilities, answeredAt) = known.withLock { ($0.capabilities, $0.answeredAt) }
    if answeredAt != calls.connectionCount { askCapabilities() }
    return capabilities
  }

  /// The records of a number.
  public func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch] {
    let request = CRMV1.LookupRequest(line: CRMV1.Line(line))
    let answer = try await ask(CrmServiceMethods.lookup, request)
    guard answer.records.count <= DirectoryLimits.candidates else {
      throw .unavailable("the CRM answered with \(answer.records.count) records")
    }
    return try mapping.matches(
      answer.records.map { (record) throws(DirectoryError) in try record.foreign() }, of: line)
  }

  /// Records by what somebody typed.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    let request = CRMV1.SearchRequest(query: text, region: region.code, limit: UInt32(limit))
    let answer = try await ask(CrmServiceMethods.search, request)
    let records = try mapping.records(
      answer.records.map { (record) throws(DirectoryError) in try record.foreign() })
    return DirectorySearchResult(
      records: Array(records.prefix(limit)), hasMore: answer.more || records.count > limit)
  }

  /// One record.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    do throws(DirectoryError) {
      let answer = try await ask(CrmServiceMethods.getRecord, .init(recordID: id), about: id)
      return try record(answer.record)
    } catch {
      if case .recordNotFound = error { return nil }
      throw error
    }
  }

  /// Starts a Lead.
  public func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    let request = CRMV1.CreateLeadRequest(
      requestID: requestID, name: lead.name, locationID: lead.location?.rawValue ?? "",
      line: CRMV1.Line(lead.number))
    let answer = try await change(CrmServiceMethods.createLead, request)
    return RecordChange(record: try record(answer.record), hasChanged: answer.created)
  }

  /// Matches a number to a record.
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord {
    let request = CRMV1.LinkNumberRequest(
      requestID: requestID, recordID: recordID, line: CRMV1.Line(line))
    return try record(
      try await change(CrmServiceMethods.linkNumber, request, about: recordID).record)
  }

  /// Takes a number off a record.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    let request = CRMV1.UnlinkNumberRequest(
      requestID: requestID, recordID: recordID, line: CRMV1.Line(line))
    let answer = try await change(CrmServiceMethods.unlinkNumber, request, about: recordID)
    return RecordChange(record: try record(answer.record), hasChanged: !answer.wasAbsent)
  }

  /// Adds a note to a record.
  public func addNote(
    _ text: String, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) {
    let request = CRMV1.AddNoteRequest(
      requestID: requestID, recordID: recordID, text: text, at: GoogleProtobuf.Timestamp(now))
    _ = try await change(CrmServiceMethods.addNote, request, about: recordID)
  }

  private func record(_ message: CRMV1.Record?) throws(DirectoryError) -> DirectoryRecord {
    guard let message else { throw .unavailable("the CRM answered without a record") }
    return try mapping.records([try message.foreign()])[0]
  }

  // MARK: - Calls

  private func ask<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request, about id: String = ""
  ) async throws(DirectoryError) -> Response {
    try await call(method, request, about: id, settings.timeout)
  }

  private func change<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request, about id: String = ""
  ) async throws(DirectoryError) -> Response {
    try await call(method, request, about: id, settings.changeTimeout)
  }

  private func call<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request, about id: String,
    _ timeout: Duration
  ) async throws(DirectoryError) -> Response {
    // The call may have made a connection, perhaps to another program than the last one's.
    defer {
      if known.withLock({ $0.askedAt }) != calls.connectionCount { askCapabilities() }
    }
    do throws(RPCError) {
      return try await calls.call(method, request, timeout: timeout)
    } catch {
      throw DirectoryError(error, about: id)
    }
  }

  /// Asks what the program can do, unless it is being asked.
  private func askCapabilities() {
    // Counted before: whom a connection reaches that is made meanwhile is asked once more.
    let connections = calls.connectionCount
    let mayAsk = known.withLock { known in
      guard !known.isAsking else { return false }
      (known.isAsking, known.askedAt) = (true, connections)
      return true
    }
    guard mayAsk else { return }
    Task { [weak self] in
      guard let self else { return }
      let answer = try? await calls.call(
        CrmServiceMethods.getCapabilities, .init(), timeout: settings.timeout)
      known.withLock { known in
        known.isAsking = false
        guard let answer else { return }
        known.answeredAt = connections
        known.capabilities = DirectoryCapabilities(
          canCreateLead: answer.createsLeads, canLinkNumbers: answer.linksNumbers,
          canAddNotes: answer.addsNotes,
          reason: answer.reason.isEmpty ? "\(name) does not offer it" : answer.reason.bounded)
      }
    }
  }
}
