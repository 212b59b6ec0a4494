import CallbackCore
import Testing

/// However much is configured, one more than the limit is refused, and what is there can be changed.
@Suite("A call center that is as large as it may be") struct LimitTests {
  static let limit = 100_000

  struct Kind: Sendable, CustomTestStringConvertible {
    let kind: Subject.Kind
    let fill: @Sendable (inout Snapshot, Int) -> Void
    let put: @Sendable (Int) -> Command
    var testDescription: String { "\(kind)" }
  }

  private static func number(_ index: Int) -> PhoneNumber {
    PhoneNumber(e164: "+1\(2_020_000_000 + index)")
  }

  private static func exclusion(_ index: Int) -> Exclusion {
    Exclusion(key: Exclusion.Key(e164: number(index).e164))
  }

  static let kinds: [Kind] = [
    Kind(kind: .queue) {
      $0.queues.append(
        Queue(id: QueueID("q\($1)"), name: "", stored: QueueOverrides(), revision: 1))
    } put: {
      .putQueue(PutQueue(id: QueueID("q\($0)")), ifRevision: nil)
    },
    Kind(kind: .agent) {
      $0.agents.append(Agent(id: AgentID("a\($1)"), settings: AgentSettings(), revision: 1))
    } put: {
      .putAgent(AgentID("a\($0)"), AgentSettings(), ifRevision: nil)
    },
    Kind(kind: .location) {
      $0.locations.append(Location(id: LocationID("l\($1)"), revision: 1))
    } put: {
      .putLocation(Location(id: LocationID("l\($0)")), ifRevision: nil)
    },
    Kind(kind: .number) {
      $0.numbers.append(DialledNumber(number: number($1), revision: 1))
    } put: {
      .putNumber(DialledNumber(number: number($0)), ifRevision: nil)
    },
    Kind(kind: .exclusion) {
      $0.exclusions.append(exclusion($1))
    } put: {
      .putExclusion(exclusion($0), ifRevision: nil)
    },
    Kind(kind: .inactiveReason) {
      $0.inactiveReasons.append(InactiveReason(id: InactiveReasonID("r\($1)"), revision: 1))
    } put: {
      .putInactiveReason(InactiveReason(id: InactiveReasonID("r\($0)")), ifRevision: nil)
    },
  ]

  @Test("takes no more of a kind, and changes to those that there are", arguments: kinds)
  func limit(kind: Kind) throws {
    var snapshot = Snapshot()
    for index in 0..<Self.limit - 1 { kind.fill(&snapshot, index) }
    var center = CallCenter(restoring: snapshot)
    func put(_ index: Int) throws(Rejection) {
      let context = DecisionContext(now: Instant(1), wall: WallTime(1), entropy: 1)
      _ = try center.perform(
        Submission(kind.put(index), actor: Actor(userID: 1)), in: context)
    }
    try put(Self.limit - 1)
    #expect(throws: Rejection.tooMany(kind.kind)) { try put(Self.limit) }
    try put(0)
  }
}
