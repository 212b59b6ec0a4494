import DequeModule

/// What entities were before they changed, so that changes can be taken back in the time that
/// making them took.
struct Journal: Sendable {
  /// One value before a change.
  enum Entry: Sendable {
    case callback(CallbackID, Shared<Callback>?)
    case offer(OfferID, Shared<Offer>?)
    case attempt(AttemptID, Shared<Attempt>?)
    case agent(AgentID, Shared<Agent>?)
    case session(SessionID, CallCenter.Session?)
    case dialer(DialerID, Shared<Dialer>?)
    case queue(QueueID, Shared<Queue>?)
    case service(QueueID, Shared<ServiceRecord>?)
    case location(LocationID, Shared<Location>?)
    case number(Shared<PhoneNumber.Line>, Shared<DialledNumber>?)
    case exclusion(Shared<Exclusion.Key>, Shared<Exclusion>?)
    case inactiveReason(InactiveReasonID, Shared<InactiveReason>?)
    case settings(Shared<ServiceSettings>)
    case remembered(RequestKey, Shared<CallCenter.Remembered>?)
    case requestQueued
    case requestDropped(CallCenter.Aged<RequestKey>)
    case requestsForgotten(Deque<CallCenter.Aged<RequestKey>>)
    case offerQueued
    case offerDropped(CallCenter.Aged<OfferID>)
    case attemptQueued
    case attemptDropped(CallCenter.Aged<AttemptID>)
    case callbackQueued
    case callbackDropped(CallCenter.Aged<CallbackID>)
  }

  private(set) var entries: [Entry] = []
  /// Whether anybody may want to take changes back.
  private(set) var isKept = false

  init() {}

  var count: Int { entries.count }

  mutating func note(_ entry: @autoclosure () -> Entry) {
    if isKept { entries.append(entry()) }
  }

  mutating func keep() { isKept = true }

  mutating func takeLast() -> Entry? { entries.popLast() }

  mutating func forget() {
    entries.removeAll(keepingCapacity: entries.count < 1024)
    isKept = false
  }
}

/// A state to which a call center can be taken back.
public struct Mark: Sendable {
  let length: Int
  let counters: Counters
}

extension CallCenter {
  /// Notes the present state; from now on changes are kept so that they can be taken back.
  public mutating func mark() -> Mark {
    journal.keep()
    return Mark(length: journal.count, counters: counters)
  }

  /// Takes back every change since `mark`, which must be of this value and not forgotten; it
  /// can be used again. Takes as long as the changes took.
  public mutating func rollback(to mark: Mark) {
    precondition(mark.length <= journal.count, "a mark that was forgotten or rolled back over")
    while journal.count > mark.length, let entry = journal.takeLast() { restore(entry) }
    counters = mark.counters
    stirred.clear()
  }

  /// Lets go of what was kept for marks: the changes so far can no longer be taken back.
  public mutating func forgetMarks() { journal.forget() }

  private mutating func restore(_ entry: Journal.Entry) {
    switch entry {
    case .callback(let id, let old): replace(callback: id, with: old)
    case .offer(let id, let old): replace(offer: id, with: old)
    case .attempt(let id, let old): replace(attempt: id, with: old)
    case .agent(let id, let old): replace(agent: id, with: old)
    case .session(let id, let old): sessions[id] = old
    case .dialer(let id, let old): dialers[id] = old?.value
    case .queue(let id, let old): replace(queue: id, with: old?.value)
    case .service(let id, let old): services[id] = old
    case .location(let id, let old): locations[id] = old?.value
    case .number(let line, let old): numbers[line.value] = old?.value
    case .exclusion(let key, let old): exclusions[key.value] = old?.value
    case .inactiveReason(let id, let old): inactiveReasons[id] = old?.value
    case .settings(let old): settings = old.value
    case .remembered(let key, let old): remembered[key] = old?.value
    case .requestQueued: requestsByAge.removeLast()
    case .requestDropped(let aged): requestsByAge.prepend(aged)
    case .requestsForgotten(let all): requestsByAge = all
    case .offerQueued: offersByAge.removeLast()
    case .offerDropped(let aged): offersByAge.prepend(aged)
    case .attemptQueued: attemptsByAge.removeLast()
    case .attemptDropped(let aged): attemptsByAge.prepend(aged)
    case .callbackQueued: callbacksByAge.removeLast()
    case .callbackDropped(let aged): callbacksByAge.prepend(aged)
    }
  }
}
