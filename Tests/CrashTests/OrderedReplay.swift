import CallbackCore

/// Follows a log from its beginning and notes what must never be in one.
struct OrderedReplay {
  /// The state after what was followed so far.
  private(set) var state = CallCenter()
  /// What was remembered for each request, and how often.
  private(set) var requests: [String: CallbackID] = [:]
  /// The attempt of each offer that was accepted.
  private(set) var accepted: [OfferID: AttemptID] = [:]
  /// What is wrong; empty where nothing is.
  private(set) var faults: [String] = []

  private var made = Set<CallbackID>()
  private var pendingOfCallback: [CallbackID: OfferID] = [:]
  private var pendingOfAgent: [AgentID: OfferID] = [:]
  private var running: [CallbackID: AttemptID] = [:]

  mutating func follow(_ record: EventRecord) {
    state.apply(record)
    switch record.event {
    case .callbackRequested(let callback):
      if !made.insert(callback.id).inserted { fail("made twice", record) }
    case .replyRemembered(let key, _, .requested(let reply)):
      guard let id = reply.callback else { return }
      if requests.updateValue(id, forKey: key.id) != nil { fail("answered twice", record) }
      // A batch is there whole or not at all: the answer never without what it tells of.
      if !made.contains(id) { fail("an answer without its callback", record) }
    case .offerMade(let offer):
      if pendingOfCallback.updateValue(offer.id, forKey: offer.callback) != nil
        || pendingOfAgent.updateValue(offer.id, forKey: offer.agent) != nil
        || running[offer.callback] != nil
      {
        fail("offered twice", record)
      }
    case .offerClosed(let offer, _): close(offer)
    case .offerAccepted(let offer, let attempt):
      close(offer)
      if accepted.updateValue(attempt.id, forKey: offer.id) != nil
        || running.updateValue(attempt.id, forKey: offer.callback) != nil
      {
        fail("accepted twice", record)
      }
    case .attemptEnded(let attempt): running[attempt.callback] = nil
    default: break
    }
  }

  private mutating func close(_ offer: Offer) {
    pendingOfCallback[offer.callback] = nil
    pendingOfAgent[offer.agent] = nil
  }

  private mutating func fail(_ words: String, _ record: EventRecord) {
    faults.append("\(words) at \(record.position)")
  }
}
