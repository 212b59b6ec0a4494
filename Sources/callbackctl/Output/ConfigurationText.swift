import CallbackClient
import CallbackMessages

/// Queues, agents, locations and dialled numbers, for people.
enum ConfigurationText {
  /// A queue with the settings in force; those that were set are marked.
  static func queue(_ queue: V1.Queue, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("queue", queue.queueID)
    fields.add("name", queue.name)
    fields.add("requests", door(queue.accepting))
    fields.add("offers", door(queue.offering))
    for setting in QueueSettingsText.lines(queue) { fields.add(setting.name, setting.value) }
    fields.add("etag", queue.etag)
    return fields.rendered(look.style)
  }

  private static func door(_ state: V1.QueueSwitch) -> String {
    switch state {
    case .open: "open"
    case .closed: "closed"
    default: ""
    }
  }

  /// Queues, a line each.
  static func queues(_ queues: [V1.Queue], _ look: Look) -> String {
    if queues.isEmpty { return "No queues. callbackctl queue put adds one." }
    var table = Table(
      "QUEUE", "NAME", "REQUESTS", "OFFERS", "DIALLED BY", "TAKES REQUESTS FROM", "ALERT")
    for queue in queues {
      let settings = queue.effectiveSettings ?? queue.settings ?? V1.QueueSettings()
      table.add(
        queue.queueID, queue.name, door(queue.accepting), door(queue.offering),
        QueueSettingsText.dialing(settings.dialing),
        QueueSettingsText.callers(settings.acceptedCallers),
        settings.cascadeTimeout.map { DurationText.readable(Duration(wire: $0)) } ?? "")
    }
    return table.rendered(look.style)
  }

  /// An agent's configuration.
  static func agent(_ agent: V1.AgentConfig, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("agent", agent.agentID)
    fields.add("name", agent.name)
    fields.add("endpoint", agent.endpoint)
    fields.add("queues", memberships(agent))
    fields.add("etag", agent.etag)
    return fields.rendered(look.style)
  }

  /// Agents' configurations, a line each.
  static func agents(_ agents: [V1.AgentConfig], _ look: Look) -> String {
    if agents.isEmpty { return "No agents. callbackctl agent put adds one." }
    var table = Table("AGENT", "NAME", "ENDPOINT", "QUEUES")
    for agent in agents {
      table.add(agent.agentID, agent.name, agent.endpoint, memberships(agent))
    }
    return table.rendered(look.style)
  }

  /// A location.
  static func location(_ location: V1.Location, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("location", location.locationID)
    fields.add("name", location.name)
    fields.add("region", location.region)
    fields.add("time zone", location.timeZone)
    if let hours = location.callingHours { fields.add("calling hours", ClockRange(hours).text) }
    fields.add("etag", location.etag)
    return fields.rendered(look.style)
  }

  /// Locations, a line each.
  static func locations(_ locations: [V1.Location], _ look: Look) -> String {
    if locations.isEmpty { return "No locations. callbackctl location put adds one." }
    var table = Table("LOCATION", "NAME", "REGION")
    for location in locations { table.add(location.locationID, location.name, location.region) }
    return table.rendered(look.style)
  }

  /// A dialled number.
  static func number(_ number: V1.DialledNumber, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("number", number.number)
    fields.add("location", number.locationID)
    fields.add("ad source", number.adSource)
    fields.add("queue", number.queueID)
    fields.add("etag", number.etag)
    return fields.rendered(look.style)
  }

  /// Dialled numbers, a line each.
  static func numbers(_ numbers: [V1.DialledNumber], _ look: Look) -> String {
    if numbers.isEmpty { return "No dialled numbers. callbackctl number put adds one." }
    var table = Table("NUMBER", "LOCATION", "AD SOURCE", "QUEUE")
    for number in numbers {
      table.add(number.number, number.locationID, number.adSource, number.queueID)
    }
    return table.rendered(look.style)
  }

  private static func memberships(_ agent: V1.AgentConfig) -> String {
    agent.memberships.map { membership in
      membership.level == 0 && membership.position == 0
        ? membership.queueID
        : "\(membership.queueID):\(membership.level):\(membership.position)"
    }.joined(separator: ", ")
  }
}
