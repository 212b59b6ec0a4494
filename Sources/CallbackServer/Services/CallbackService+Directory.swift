import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import UnixRPC

extension CallbackService {
  /// Looks a number up in the directory.
  func resolveCaller(
    _ request: V1.ResolveCallerRequest, _ call: RPCCall
  ) async throws -> V1.ResolveCallerResponse {
    let location: LocationID? = try Field.optionalIdentifier(request.locationID, "location_id")
    let region = try context.numbers.region(request.region, "region", location: location)
    let number = try context.numbers.number(request.number, "number", in: region)
    let lookup = await context.lookUp([number.line]) { _ in }
    return V1.ResolveCallerResponse(
      number: V1.PhoneNumber(number),
      resolution: V1.Resolution(CallerRanking.resolve(lookup, at: location)),
      valid: PhoneNumberParser.info(number.line).isValid)
  }

  /// Searches records by name or number, as the Greeting card does.
  func searchRecords(
    _ request: V1.SearchRecordsRequest, _ call: RPCCall
  ) async throws -> V1.SearchRecordsResponse {
    let query = try Field.requiredText(request.query, "query", atMost: FieldLimits.queryBytes)
    let limit = try Field.pageSize(request.limit, "limit", FieldLimits.searchPage)
    let found = try await context.resolver.search(
      query, in: context.numbers.defaultRegion, limit: limit)
    return V1.SearchRecordsResponse(
      records: found.records.map { context.message(of: $0) }, more: found.hasMore)
  }

  /// Gives one record.
  func getRecord(
    _ request: V1.GetRecordRequest, _ call: RPCCall
  ) async throws -> V1.GetRecordResponse {
    let id = try Field.requiredText(
      request.recordID, "record_id", atMost: FieldLimits.referenceBytes)
    guard let record = try await context.resolver.record(id) else {
      throw DirectoryError.recordNotFound(id)
    }
    return V1.GetRecordResponse(record: context.message(of: record))
  }

  /// Starts a new Lead from the Greeting card (DOMAIN, row I).
  func startLead(
    _ request: V1.StartLeadRequest, _ call: RPCCall
  ) async throws -> V1.StartLeadResponse {
    let change = try await CardChange(
      request, number: request.number, attempt: request.attemptID, agent: request.agentID,
      location: request.locationID, of: call, context)
    let lead = NewLead(
      name: try Field.requiredText(request.name, "name", atMost: FieldLimits.nameBytes),
      location: change.location, number: change.number)
    let outcome = try await context.resolver.createLead(
      lead, requestID: change.requestID, at: change.at
    ) { change.ended($0.map(\.record.id), startedLead: true, context) }
    var response = V1.StartLeadResponse(change: .pending)
    guard case .done(let creation) = outcome else {
      response.logPosition = try await context.position()
      return response
    }
    response.logPosition = try await context.keep(
      change.link(creation.record.id, startedLead: true))
    response.change = .done
    response.record = context.message(of: creation.record)
    response.card = V1.Card(.lead(recordID: creation.record.id))
    return response
  }

  /// Matches a number to an existing Lead or Customer from the Greeting card (DOMAIN, row I).
  func matchCaller(
    _ request: V1.MatchCallerRequest, _ call: RPCCall
  ) async throws -> V1.MatchCallerResponse {
    let change = try await CardChange(
      request, number: request.number, attempt: request.attemptID, agent: request.agentID,
      location: "", of: call, context)
    let id = try Field.requiredText(
      request.recordID, "record_id", atMost: FieldLimits.referenceBytes)
    let outcome = try await context.resolver.linkNumber(
      change.number, to: id, requestID: change.requestID, at: change.at
    ) { change.ended($0.map(\.id), startedLead: false, context) }
    var response = V1.MatchCallerResponse(change: .pending)
    guard case .done(let record) = outcome else {
      response.logPosition = try await context.position()
      return response
    }
    response.logPosition = try await context.keep(
      change.link(record.id, startedLead: false))
    response.change = .done
    response.record = context.message(of: record)
    response.card = V1.Card(record.card)
    return response
  }
}

extension DirectoryRecord {
  /// The card that shows the record.
  fileprivate var card: Card {
    switch recordClass {
    case .lead: .lead(recordID: id)
    case .customer, .previousCustomer: .customer(recordID: id)
    }
  }
}

extension ServiceContext {
  /// A record as clients read it, its numbers displayed in the region of its location.
  func message(of record: DirectoryRecord) -> V1.Record {
    let region = numbers.region(of: record.location)
    return V1.Record(
      recordID: record.id, callerClass: V1.CallerClass(record.recordClass),
      activeLead: record.isActiveLead, name: record.name,
      locationID: record.location?.rawValue ?? "",
      numbers: record.numbers.map { line in
        V1.PhoneNumber(
          PhoneNumber(
            e164: line.e164, extension: line.extension,
            display: PhoneNumberParser.display(line, in: region)))
      }, updatedAt: GoogleProtobuf.Timestamp(known: record.updatedAt))
  }

  /// Where the log ends now.
  func position() async throws -> UInt64 {
    try await engine.read { _, point in point.position }
  }
}
