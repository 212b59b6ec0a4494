public import CallbackCore
public import CallbackMessages

extension V1.AgentConfig {
  /// An agent as configured.
  public init(_ id: AgentID, _ settings: AgentSettings, revision: UInt64) {
    self.init(
      agentID: id.rawValue, name: settings.name, endpoint: settings.endpoint,
      memberships: settings.memberships.map {
        V1.Membership(
          queueID: $0.queue.rawValue, level: UInt32($0.level), position: UInt32($0.position))
      }, etag: Etag.text(revision))
  }

  /// The agent that a request wants.
  public func settings(_ path: String = "agent") throws(FieldError) -> AgentSettings {
    return AgentSettings(
      name: try Field.text(name, "\(path).name", atMost: FieldLimits.nameBytes),
      endpoint: try Field.text(endpoint, "\(path).endpoint", atMost: FieldLimits.endpointBytes),
      memberships: try memberships.memberships("\(path).memberships"))
  }
}

extension [V1.Membership] {
  /// The queues that an agent shall serve, each once.
  public func memberships(_ path: String) throws(FieldError) -> [Membership] {
    let listed = try Field.list(self, path, count: 0...FieldLimits.memberships)
    var read: [Membership] = []
    for (index, membership) in listed.enumerated() {
      let place = "\(path)[\(index)]"
      let queue: QueueID = try Field.identifier(membership.queueID, "\(place).queue_id")
      guard !read.contains(where: { $0.queue == queue }) else {
        throw FieldError("\(place).queue_id", .invalid("must be given once"))
      }
      read.append(
        Membership(
          queue: queue,
          level: UInt16(try Field.number(membership.level, "\(place).level", in: FieldLimits.tier)),
          position: UInt16(
            try Field.number(membership.position, "\(place).position", in: FieldLimits.tier))))
    }
    return read
  }
}

extension V1.Location {
  /// A location as configured.
  public init(_ location: Location) {
    self.init(
      locationID: location.id.rawValue, name: location.name, region: location.region,
      etag: Etag.text(location.revision), timeZone: location.timeZone,
      callingHours: location.callingHours.map {
        V1.CallingHours(opensMinute: UInt32($0.opens), closesMinute: UInt32($0.closes))
      })
  }

  /// The location that a request wants; whether its region exists is for the server to say.
  public func location(_ path: String = "location") throws(FieldError) -> Location {
    Location(
      id: try Field.identifier(locationID, "\(path).location_id"),
      name: try Field.text(name, "\(path).name", atMost: FieldLimits.nameBytes),
      region: try Field.region(region, "\(path).region"),
      timeZone: try Field.text(timeZone, "\(path).time_zone", atMost: FieldLimits.zoneBytes),
      callingHours: try callingHours?.hours("\(path).calling_hours"))
  }
}

extension V1.CallingHours {
  fileprivate func hours(_ path: String) throws(FieldError) -> CallingHours {
    let minutes = FieldLimits.minuteOfDay
    let hours = CallingHours(
      opens: UInt16(try Field.number(opensMinute, "\(path).opens_minute", in: minutes)),
      closes: UInt16(try Field.number(closesMinute, "\(path).closes_minute", in: minutes)))
    guard hours.opens != hours.closes else {
      throw FieldError("\(path).closes_minute", .invalid("must differ from opens_minute"))
    }
    return hours
  }
}

extension V1.DialledNumber {
  /// A dialled number as configured.
  public init(_ number: DialledNumber) {
    self.init(
      number: number.number.e164, locationID: number.location?.rawValue ?? "",
      adSource: number.adSource, queueID: number.queue?.rawValue ?? "",
      etag: Etag.text(number.revision))
  }

  /// The dialled number that a request wants.
  ///
  /// - Parameter parsed: the number, read in the region of its location.
  public func dialledNumber(
    _ parsed: PhoneNumber, _ path: String = "number"
  ) throws(FieldError) -> DialledNumber {
    DialledNumber(
      number: parsed,
      location: try Field.optionalIdentifier(locationID, "\(path).location_id"),
      adSource: try Field.text(adSource, "\(path).ad_source", atMost: FieldLimits.nameBytes),
      queue: try Field.optionalIdentifier(queueID, "\(path).queue_id"))
  }
}

extension Field {
  /// A region's code in two letters; empty where the request leaves it to a default.
  public static func region(_ value: String, _ path: String) throws(FieldError) -> String {
    let isCode = value.utf8.count == 2 && value.utf8.allSatisfy { (65...90).contains($0) }
    guard value.isEmpty || isCode else {
      throw FieldError(path, .invalid("must be two capital letters (ISO 3166)"))
    }
    return value
  }
}
