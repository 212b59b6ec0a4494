import CallbackCore
import EventLog

/// Records and history of a made-up call center.
enum Made {
  static func number(_ index: Int) -> PhoneNumber {
    PhoneNumber(e164: "+1555\(1_000_000 + index)", asGiven: "555 \(index)")
  }

  static func callback(
    _ index: Int, of number: Int = 0, at time: Int64 = 0, _ state: CallbackState = .queued
  ) -> Callback {
    Callback(
      id: CallbackID(high: UInt64(index), low: 7), queue: QueueID("q"), state: state,
      requestedAt: WallTime(time), placedAt: Instant(Int64(index)),
      request: Shared(
        CallbackRequest(caller: Caller(name: "Zoë \(index)"), number: Self.number(number))),
      resolution: Shared(CallerRanking.resolve(.none, at: nil)))
  }

  static func attempt(
    _ index: Int, of callback: Callback, by agent: String, at time: Int64
  ) -> Attempt {
    Attempt(
      id: AttemptID(high: UInt64(index), low: 8), callback: callback.id,
      offer: OfferID(high: UInt64(index), low: 9), agent: AgentID(agent), queue: QueueID("q"),
      dialing: .reported,
      plan: Shared(
        DialPlan(
          number: callback.request.value.number, endpoint: "", callerID: "", agentRing: .zero,
          callerRing: .zero, callerName: "", location: nil,
          resolution: callback.resolution.value)),
      acceptedAt: Moment(at: Instant(time), wall: WallTime(time)), phase: .ended,
      outcome: .answered)
  }

  static func record(_ position: UInt64, _ event: Event? = nil) -> EventRecord {
    let stamp = EventStamp(
      now: Instant(Int64(position)), wall: WallTime(Int64(position) - 5),
      actor: Actor(userID: UInt32(truncatingIfNeeded: position)))
    let made = callback(Int(position), of: Int(position % 3), at: Int64(position))
    return EventRecord(position: position, stamp: stamp, event: event ?? .callbackRequested(made))
  }

  static func records(_ positions: ClosedRange<UInt64>) -> [EventRecord] {
    positions.map { record($0) }
  }
}
