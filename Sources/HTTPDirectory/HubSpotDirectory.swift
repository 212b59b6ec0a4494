public import CallbackCore
public import CallerDirectory

/// HubSpot's contacts: looked up by the CRM search, changed by the object API.
public final class HubSpotDirectory: CallerDirectory {
  /// What HubSpot's words mean unless the configuration says otherwise: the lifecycle stages, and
  /// the Lead statuses of a Lead that is being worked on.
  public static let standardClasses: ClassMapping = {
    var classes = ClassMapping()
    classes.lead = [
      "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "",
    ]
    classes.customer = ["customer", "evangelist"]
    classes.activeLead = [
      "", "new", "open", "in_progress", "open_deal", "attempted_to_contact", "connected",
    ]
    return classes
  }()

  /// Where HubSpot keeps what is read.
  public struct Properties: Hashable, Sendable {
    /// The properties that hold numbers.
    public var phones = ["phone", "mobilephone"]
    /// The property that names a location; empty: none.
    public var location = ""
    /// The property that tells the class.
    public var recordClass = "lifecyclestage"
    /// The property that tells whether a Lead is active.
    public var status = "hs_lead_status"

    /// HubSpot's own.
    public init() {}
  }

  /// The name in the configuration.
  public let name: String
  /// What the configuration allows.
  public let capabilities: DirectoryCapabilities
  private let properties: Properties
  private let mapping: RecordMapping
  private let caller: HTTPCaller
  private let base: String

  /// Puts a directory in front of HubSpot.
  ///
  /// - Parameters:
  ///   - base: the address before `/crm/v3`.
  ///   - writes: whether contacts may be made and changed.
  ///   - settings: with the header that holds the token.
  public init(
    name: String, base: String = "https://api.hubapi.com", writes: Bool, properties: Properties,
    mapping: RecordMapping, settings: HTTPSettings
  ) throws(RequestTemplate.Problem) {
    try RequestTemplate.check(url: base)
    self.name = name
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.properties = properties
    self.mapping = mapping
    caller = HTTPCaller(settings)
    capabilities = DirectoryCapabilities(
      canCreateLead: writes, canLinkNumbers: writes, canAddNotes: writes,
      reason: writes ? "" : "writes is off for \(name)")
  }

  /// The contacts of a number.
  public func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch] {
    let forms = WrittenForms(line, in: mapping.region)
    // HubSpot searches numbers by their last digits, without the country code.
    let tail = "*" + forms.national.drop { $0 == "0" }.suffix(10)
    let searchable = [
      "hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number",
    ]
    var groups = properties.phones.map { Self.filter($0, "EQ", line.e164) }
    groups += searchable.prefix(max(0, 5 - groups.count)).map {
      Self.filter($0, "CONTAINS_TOKEN", String(tail))
    }
    return try mapping.matches(
      try await found(["filterGroups": .array(groups)], limit: 100), of: line)
  }

  /// Contacts by what somebody typed.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    let records = try mapping.records(
      try await found(["query": .string(text)], limit: min(100, limit + 1)))
    return DirectorySearchResult(
      records: Array(records.prefix(limit)), hasMore: records.count > limit)
  }

  /// One contact.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    guard let contact = try await contact(id) else { return nil }
    return try mapping.records([foreign(contact)]).first
  }

  /// Starts a Lead, unless the number has an active one.
  public func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    if let known = try await lookup(lead.number).first(where: \.isActiveLead),
      let record = try await record(known.recordID)
    {
      return RecordChange(record: record, hasChanged: false)
    }
    let (first, last) = Self.names(lead.name)
    var values: [String: JSONValue] = [
      "firstname": .string(first), "lastname": .string(last), "lifecyclestage": .string("lead"),
      "hs_lead_status": .string("NEW"), properties.phones[0]: .string(Self.text(lead.number)),
    ]
    if !properties.location.isEmpty, let location = lead.location {
      let words = mapping.locations.filter { $0.value == location.rawValue }.map(\.key).sorted()
      values[properties.location] = .string(words.first ?? location.rawValue)
    }
    let answer = try await change(
      "POST", "/crm/v3/objects/contacts", .object(["properties": .object(values)]), about: "")
    guard let id = answer.values(at: "id").first?.word, let record = try await record(id) else {
      throw .unavailable("HubSpot's answer names no contact")
    }
    return RecordChange(record: record, hasChanged: true)
  }

  /// Puts a number into the first property for numbers that is free.
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord {
    guard let contact = try await contact(recordID) else { throw .recordNotFound(recordID) }
    if let record = try mapping.records([foreign(contact)]).first, record.numbers.contains(line) {
      return record
    }
    let free = properties.phones.first { contact.word(property: $0).isEmpty }
    guard let free else { throw .tooManyNumbers(recordID: recordID) }
    return try await set(free, to: Self.text(line), of: recordID)
  }

  /// Empties the property that holds a number.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    guard let contact = try await contact(recordID) else { throw .recordNotFound(recordID) }
    let holder = properties.phones.first { property in
      let text = contact.word(property: property)
      return (try? PhoneNumberParser.parseLine(text, in: mapping.region)) == line
    }
    guard let holder else {
      return RecordChange(record: try mapping.records([foreign(contact)])[0], hasChanged: false)
    }
    return RecordChange(record: try await set(holder, to: "", of: recordID), hasChanged: true)
  }

  /// Adds a note to a contact.
  public func addNote(
    _ text: String, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) {
    // 202: the association of a note with a contact that HubSpot defines.
    let type: JSONValue = .object([
      "associationCategory": .string("HUBSPOT_DEFINED"), "associationTypeId": .integer(202),
    ])
    let association: JSONValue = .object([
      "to": .object(["id": .string(recordID)]), "types": .array([type]),
    ])
    let note: JSONValue = .object([
      "properties": .object([
        "hs_timestamp": .string(String(now.milliseconds)), "hs_note_body": .string(text),
      ]), "associations": .array([association]),
    ])
    _ = try await change("POST", "/crm/v3/objects/notes", note, about: recordID)
  }

  // MARK: - Calls

  private func set(
    _ property: String, to value: String, of recordID: String
  ) async throws(DirectoryError) -> DirectoryRecord {
    let body: JSONValue = .object(["properties": .object([property: .string(value)])])
    let path = "/crm/v3/objects/contacts/" + RequestTemplate.percentEncoded(recordID)
    _ = try await change("PATCH", path, body, about: recordID)
    guard let record = try await record(recordID) else { throw .recordNotFound(recordID) }
    return record
  }

  private func found(
    _ what: [String: JSONValue], limit: Int
  ) async throws(DirectoryError) -> [ForeignRecord] {
    var body = what
    body["limit"] = .integer(Int64(limit))
    body["properties"] = .array(wanted.map { .string($0) })
    let answer = try await send("POST", "/crm/v3/objects/contacts/search", .object(body))
    guard answer.value.holds("results") else {
      throw .unavailable("HubSpot's answer has no results")
    }
    return answer.value.values(at: "results").map(foreign)
  }

  private func contact(_ id: String) async throws(DirectoryError) -> JSONValue? {
    // No contact has such an id, and it would ask for something else than a contact.
    if RequestTemplate.isDotSegment(id) { return nil }
    let path =
      "/crm/v3/objects/contacts/\(RequestTemplate.percentEncoded(id))?properties="
      + wanted.map(RequestTemplate.percentEncoded).joined(separator: ",")
    let answer = try await caller.ask(template("GET", path, nil), [:])
    if answer.status == 404 || answer.status == 400 { return nil }
    return try Self.success(answer).value
  }

  private func change(
    _ method: String, _ path: String, _ body: JSONValue, about id: String
  ) async throws(DirectoryError) -> JSONValue {
    let answer = try await caller.change(template(method, path, body), [:])
    if answer.status == 404, !id.isEmpty { throw .recordNotFound(id) }
    if answer.status == 400 || answer.status == 409 {
      throw .readOnly("HubSpot refused it with status \(answer.status)")
    }
    return try Self.success(answer).value
  }

  private func send(
    _ method: String, _ path: String, _ body: JSONValue
  ) async throws(DirectoryError) -> HTTPCaller.Answer {
    try Self.success(try await caller.ask(template(method, path, body), [:]))
  }

  private static func success(
    _ answer: HTTPCaller.Answer
  ) throws(DirectoryError) -> HTTPCaller.Answer {
    guard (200..<300).contains(answer.status) else {
      throw .unavailable("HubSpot answered \(answer.status)")
    }
    return answer
  }

  private func template(
    _ method: String, _ path: String, _ body: JSONValue?
  ) -> RequestTemplate {
    RequestTemplate(method: method, whole: base + path, body: body)
  }

  private static func filter(_ property: String, _ how: String, _ value: String) -> JSONValue {
    .object([
      "filters": .array([
        .object([
          "propertyName": .string(property), "operator": .string(how), "value": .string(value),
        ])
      ])
    ])
  }

  private var wanted: [String] {
    let all = [
      "firstname", "lastname", "lastmodifieddate", properties.recordClass, properties.status,
    ]
    return all + properties.phones + (properties.location.isEmpty ? [] : [properties.location])
  }

  private func foreign(_ contact: JSONValue) -> ForeignRecord {
    let names = ["firstname", "lastname"].map { contact.word(property: $0) }
    return ForeignRecord(
      id: contact.values(at: "id").first?.word ?? "",
      name: names.filter { !$0.isEmpty }.joined(separator: " "),
      classWords: [contact.word(property: properties.recordClass)],
      statusWords: [contact.word(property: properties.status)],
      location: properties.location.isEmpty ? "" : contact.word(property: properties.location),
      numbers: properties.phones.map { contact.word(property: $0) }.filter { !$0.isEmpty },
      updatedAt: contact.word(property: "lastmodifieddate"))
  }

  /// The last word is the family name, as HubSpot's own forms split a name.
  private static func names(_ name: String) -> (first: String, last: String) {
    guard let space = name.lastIndex(of: " ") else { return (name, "") }
    return (String(name[..<space]), String(name[name.index(after: space)...]))
  }

  private static func text(_ line: PhoneNumber.Line) -> String {
    line.extension.isEmpty ? line.e164 : "\(line.e164) ext. \(line.extension)"
  }
}

extension JSONValue {
  fileprivate func word(property: String) -> String {
    guard case .object(let contact) = self, case .object(let members) = contact["properties"]
    else { return "" }
    return members[property]?.word ?? ""
  }
}
