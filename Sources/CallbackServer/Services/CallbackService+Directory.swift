import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import UnixRPC

extension CallbackService {
  /// Looks a number up in the directories.
  func resolveCaller(
    _ request: V1.ResolveCallerRequest, _ call: RPCCall
  ) async throws -> V1.ResolveCallerResponse {
    let location: LocationID? = try Field.optionalIdentifier(request.locationID, "location_id")
    let region = try context.numbers.region(request.region, "region", location: location)
    let number = try context.numbers.number(request.number, "number", in: region)
    guard request.explain else {
      let lookup = await context.lookUp([number.line])
      return response(number, lookup, at: location)
    }
    let resolved = await context.resolver.resolve([number.line], explains: true)
    var response = response(number, resolved.lookup, at: location)
    response.answers = resolved.steps.map { V1.DirectoryAnswer($0) }
    response.took = GoogleProtobuf.Duration(exactly: resolved.took)
    return response
  }

  /// The same where no directory has to be waited for.
  func resolveCallerNow(
    _ request: V1.ResolveCallerRequest, _ bytes: UnsafeRawBufferPointer
  ) throws -> V1.ResolveCallerResponse? {
    guard !request.explain else { return nil }
    let moment = resolved.moment
    let location: LocationID? = try Field.optionalIdentifier(request.locationID, "location_id")
    let region = try context.numbers.region(request.region, "region", location: location)
    let number = try context.numbers.number(request.number, "number", in: region)
    guard let answer = context.resolver.resolveNow([number.line]) else { return nil }
    let response = response(number, answer.lookup, at: location)
    resolved.keep(response, to: bytes, goodFor: answer.goodFor, since: moment)
    return response
  }

  private func response(
    _ number: PhoneNumber, _ lookup: CallerLookup, at location: LocationID?
  ) -> V1.ResolveCallerResponse {
    V1.ResolveCallerResponse(
      number: V1.PhoneNumber(number),
      resolution: V1.Resolution(CallerRanking.resolve(lookup, at: location)),
      valid: PhoneNumberParser.isValid(number.line))
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
      records: found.records.map { context.message(of: $0) }, more: found.hasMore,
      unansweredDirectories: found.unanswered)
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
      .startedLead, request, CallbackServiceMethods.startLead.path, number: request.number,
      attempt: request.attemptID, agent: request.agentID, location: request.locationID, of: call,
      context)
    let name = try Field.requiredText(request.name, "name", atMost: FieldLimits.nameBytes)
    guard !name.isBlank else { throw FieldError("name", .missing) }
    let lead = NewLead(name: name, location: change.location, number: change.number)
    let outcome = try await context.resolver.createLead(lead, change.request) {
      change.ended($0, context)
    }
    var response = V1.StartLeadResponse(change: .pending)
    guard case .done(let creation) = outcome else {
      response.logPosition = try await context.position()
      return response
    }
    response.logPosition = try await context.keep(change.link(creation))
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
      .matched, request, CallbackServiceMethods.matchCaller.path, number: request.number,
      attempt: request.attemptID, agent: request.agentID, location: "", of: call, context)
    let id = try Field.requiredText(
      request.recordID, "record_id", atMost: FieldLimits.referenceBytes)
    let outcome = try await context.resolver.linkNumber(change.number, to: id, change.request) {
      change.ended($0, context)
    }
    var response = V1.MatchCallerResponse(change: .pending)
    guard case .done(let done) = outcome else {
      response.logPosition = try await context.position()
      return response
    }
    response.logPosition = try await context.keep(change.link(done))
    response.change = .done
    response.record = context.message(of: done.record)
    response.card = V1.Card(done.record.card)
    return response
  }

  /// Takes a number off a record that it was matched to by mistake.
  func unmatchCaller(
    _ request: V1.UnmatchCallerRequest, _ call: RPCCall
  ) async throws -> V1.UnmatchCallerResponse {
    let change = try await CardChange(
      .unmatched, request, CallbackServiceMethods.unmatchCaller.path, number: request.number,
      attempt: request.attemptID, agent: request.agentID, location: "", of: call, context)
    let id = try Field.requiredText(
      request.recordID, "record_id", atMost: FieldLimits.referenceBytes)
    let outcome = try await context.resolver.unlinkNumber(change.number, from: id, change.request) {
      change.ended($0, context)
    }
    var response = V1.UnmatchCallerResponse(change: .pending)
    guard case .done(let done) = outcome else {
      response.logPosition = try await context.position()
      return response
    }
    response.logPosition = try await context.keep(change.link(done))
    response.change = .done
    response.record = context.message(of: done.record)
    response.wasAbsent = !done.hasChanged
    return response
  }
}

extension V1.DirectoryAnswer {
  /// What a directory answered.
  fileprivate init(_ step: DirectoryStep) {
    let origin: V1.AnswerOrigin =
      switch step.origin {
      case .directory: .directory
      case .cache: .cache
      case .staleCache: .staleCache
      case .none: .unspecified
      }
    self.init(
      directory: step.directory, origin: origin, matches: UInt32(step.matchCount),
      tookMicroseconds: UInt64(max(0, step.took / .microseconds(1))),
      age: GoogleProtobuf.Duration(exactly: step.age), failure: step.failure?.words ?? "",
      counted: step.counted)
  }
}

extension LookupFailure {
  /// Why there is no answer, for whoever may look numbers up: what the directory's software said
  /// stays in the log.
  fileprivate var words: String {
    switch self {
    case .timedOut: "took longer than its time"
    case .directory: "failed; the service's log says why"
    case .circuitOpen: "failed so often that it is not asked now"
    case .overloaded: "has too many look-ups waiting"
    }
  }
}

extension GoogleProtobuf.Duration {
  /// With its nanoseconds.
  init(exactly duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self.init(seconds: seconds, nanos: Int32(attoseconds / 1_000_000_000))
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
