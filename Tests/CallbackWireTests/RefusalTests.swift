import CallbackCore
import CallbackMessages
import CallbackWire
import Testing

@Suite("Refusals as clients read them")
struct RefusalTests {
  static let offer = OfferID(high: 1, low: 2)
  static let callback = CallbackID(high: 1, low: 3)
  static let attempt = AttemptID(high: 1, low: 4)

  static let table: [(Rejection, Refusal.Code, OptionsV1.Reason)] = [
    (.notFound(.callback(callback)), .notFound, .callbackNotFound),
    (.notFound(.callbacksOfNumber), .notFound, .callbackNotFound),
    (.notFound(.offer(offer)), .notFound, .offerNotFound),
    (.notFound(.attempt(attempt)), .notFound, .attemptNotFound),
    (.notFound(.agent(AgentID("a"))), .notFound, .agentNotFound),
    (.notFound(.session(SessionID("s"))), .notFound, .sessionNotFound),
    (.notFound(.queue(QueueID("q"))), .notFound, .queueNotFound),
    (.notFound(.location(LocationID("l"))), .notFound, .locationNotFound),
    (.notFound(.number(.init(e164: "+15550100"))), .notFound, .numberNotFound),
    (.notFound(.exclusion(.init(e164: "+15550100"))), .notFound, .exclusionNotFound),
    (.notFound(.inactiveReason(.init("x"))), .notFound, .inactiveReasonNotFound),
    (.invalid(field: "f", reason: "r"), .invalidArgument, .fieldInvalid),
    (.requestIDReused, .alreadyExists, .requestIDReused),
    (.refused(.noCallbackNumber), .failedPrecondition, .noCallbackNumber),
    (.refused(.impossibleNumber), .invalidArgument, .numberImpossible),
    (.refused(.ownNumber), .failedPrecondition, .ownNumber),
    (.refused(.premiumRateNumber), .failedPrecondition, .premiumNumber),
    (.refused(.emergencyNumber), .failedPrecondition, .emergencyNumber),
    (.refused(.excludedNumber), .failedPrecondition, .excludedNumber),
    (.refused(.classNotTaken), .failedPrecondition, .classNotAccepted),
    (.refused(.queueFull), .resourceExhausted, .queueFull),
    (.refused(.queueClosed), .failedPrecondition, .queueClosed),
    (.refused(.noQueue), .failedPrecondition, .noQueue),
    (.offerClosed(offer, .timedOut), .failedPrecondition, .offerClosed),
    (.callbackState(callback, .queued), .failedPrecondition, .callbackState),
    (.attemptPhase(attempt, .ended), .failedPrecondition, .attemptState),
    (.notYours(.offer(offer)), .failedPrecondition, .notYourOffer),
    (.inUse(.queue(QueueID("q")), by: .agent(AgentID("a"))), .failedPrecondition, .inUse),
    (.changed(.callback(callback)), .aborted, .etagMismatch),
    (.tooMany(.callback), .resourceExhausted, .tooMany),
  ]

  @Test("every rejection has its code and its reason", arguments: table.indices)
  func codes(row: Int) {
    let (rejection, code, reason) = Self.table[row]
    let refusal = Refusal(rejection, queue: "sales")
    #expect(refusal.code == code)
    #expect(refusal.reason == reason)
    #expect(!refusal.message.isEmpty)
  }

  @Test(
    "every guard names itself in the detail and in the table above", arguments: GuardReason.allCases
  )
  func guards(guardReason: GuardReason) {
    let refusal = Refusal(.refused(guardReason), queue: "sales")
    #expect(
      refusal.detail == .guardRefused(.init(guard: refusal.reason, queueID: "sales")))
    #expect(Self.table.contains { $0.0 == .refused(guardReason) })
  }

  @Test("what uses a thing is named with its article")
  func article() {
    let byAgent = Refusal(.inUse(.queue(QueueID("q")), by: .agent(AgentID("a"))))
    #expect(byAgent.message == "The queue is in use by an agent; change that first.")
    let byQueue = Refusal(.inUse(.queue(QueueID("q")), by: .queue(QueueID("r"))))
    #expect(byQueue.message == "The queue is in use by a queue; change that first.")
  }

  @Test("a closed offer names its final state, the session that took it, or why it was withdrawn")
  func closedOffer() {
    let accepted = Refusal(
      .offerClosed(Self.offer, .accepted(Self.attempt, by: SessionID("desk-2"))))
    #expect(
      accepted.detail
        == .offerClosed(
          .init(offerID: Self.offer.text, state: .accepted, sessionID: "desk-2")))
    let withdrawn = Refusal(.offerClosed(Self.offer, .withdrawn(.agentBusy)))
    #expect(
      withdrawn.detail
        == .offerClosed(
          .init(offerID: Self.offer.text, state: .withdrawn, withdrawal: .agentBusy)))
  }

  @Test("a refusal reads back from its status", arguments: table.indices)
  func roundTrip(row: Int) throws {
    let refusal = Refusal(Self.table[row].0, queue: "sales")
    let status = try GoogleRPC.Status(wire: refusal.status.serialized())
    #expect(Refusal(status) == refusal)
  }

  @Test("the details of a status are an ErrorInfo of this service and at most one more")
  func details() {
    let status = Refusal(.offerClosed(Self.offer, .rejected)).status
    #expect(
      status.details.map(\.typeURL) == [
        "type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/callback.v1.OfferClosed",
      ])
  }

  @Test("a rejection about a caller's number does not repeat the number")
  func noNumbers() {
    let refusal = Refusal(.notFound(.callbacksOfNumber))
    #expect(refusal.metadata.isEmpty)
  }
}
