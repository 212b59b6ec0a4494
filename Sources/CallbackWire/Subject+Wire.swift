public import CallbackCore

extension Subject {
  /// What kind of thing it is, in the words of the contract.
  public var kindName: String {
    switch self {
    case .callback, .callbacksOfNumber: "callback"
    case .offer: "offer"
    case .attempt: "attempt"
    case .agent: "agent"
    case .session: "session"
    case .queue: "queue"
    case .location: "location"
    case .number: "number"
    case .exclusion: "exclusion"
    case .inactiveReason: "inactive reason"
    case .settings: "settings"
    }
  }

  /// The article before its kind.
  var article: String {
    switch self {
    case .offer, .attempt, .agent, .exclusion, .inactiveReason: "an"
    case .callback, .callbacksOfNumber, .session, .queue, .location, .number, .settings: "a"
    }
  }

  /// Its id for ErrorInfo. Numbers of callers are never repeated; the call center's own may be.
  public var metadata: [String: String] {
    switch self {
    case .callback(let id): ["callback_id": id.text]
    case .callbacksOfNumber, .exclusion, .settings: [:]
    case .offer(let id): ["offer_id": id.text]
    case .attempt(let id): ["attempt_id": id.text]
    case .agent(let id): ["agent_id": id.rawValue]
    case .session(let id): ["session_id": id.rawValue]
    case .queue(let id): ["queue_id": id.rawValue]
    case .location(let id): ["location_id": id.rawValue]
    case .number(let line): ["number": line.e164]
    case .inactiveReason(let id): ["reason": id.rawValue]
    }
  }

  /// Kind and id in one text, such as `queue:sales`.
  var usage: String {
    ([kindName] + metadata.values.sorted()).joined(separator: ":")
  }
}
