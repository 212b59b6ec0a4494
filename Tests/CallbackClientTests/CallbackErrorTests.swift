import CallbackMessages
import ScriptedDaemon
import Testing
import UnixRPC

@testable import CallbackClient

@Suite("Errors")
struct CallbackErrorTests {
  @Test("the reason and what it is about come from the details")
  func reason() {
    let error = CallbackError(
      .refusal(
        .failedPrecondition, "the queue is in use", reason: "IN_USE",
        metadata: ["used_by": "agent alice"]))
    #expect(error.code == .failedPrecondition)
    #expect(error.reason == .inUse)
    #expect(error.reasonName == "IN_USE")
    #expect(error.metadata == ["used_by": "agent alice"])
    #expect(error.message == "the queue is in use")
    #expect(error.cause == nil)
  }

  @Test("a refusal of the rules tells where in the log it is true")
  func position() {
    let decided = CallbackError(
      .refusal(
        .notFound, "no such offer", reason: "OFFER_NOT_FOUND", metadata: ["log_position": "17"]))
    #expect(decided.logPosition == 17)
    let other = CallbackError(.refusal(.permissionDenied, "no", reason: "ROLE_MISSING"))
    #expect(other.logPosition == nil)
  }

  @Test("a typed detail is read")
  func detail() {
    let closed = V1.OfferClosed(offerID: "O", state: .timedOut)
    let error = CallbackError(
      .refusal(.failedPrecondition, "closed", reason: "OFFER_CLOSED", detail: closed))
    #expect(error.detail == .offerClosed(closed))
  }

  @Test("the daemon's wish to wait counts")
  func retryDelay() {
    let info = V1.RetryInfo(retryDelay: GoogleProtobuf.Duration(.milliseconds(1_500)))
    let error = CallbackError(
      .refusal(.unavailable, "stopping", reason: "STOPPING", detail: info))
    #expect(error.retryDelay == .milliseconds(1_500))
    var least = Chance.least
    #expect(
      RetryPolicy.standard.delay(after: error, attempt: 1, &least) == .milliseconds(1_500))
    var most = Chance.most
    #expect(
      RetryPolicy.standard.delay(after: error, attempt: 1, &most) == .milliseconds(1_550))
  }

  @Test("details that cannot be read leave the status as it is")
  func malformedDetails() {
    let error = CallbackError(RPCError(.aborted, "lost the race", details: [0xFF, 0x01]))
    #expect(error == CallbackError(.aborted, "lost the race"))
  }

  @Test("a reason that this version does not know is none")
  func unknownReason() {
    let error = CallbackError(.refusal(.internal, "odd", reason: "FROM_THE_FUTURE"))
    #expect(error.reason == .unspecified)
    #expect(error.reasonName.isEmpty)
  }
}

@Suite("When calls are repeated")
struct RetryPolicyTests {
  private let policy = RetryPolicy(
    attempts: 4, firstDelay: .milliseconds(100), longestDelay: .milliseconds(250))

  @Test("waits double up to a limit, then it gives up; each is the half of it at least")
  func doubling() {
    let error = CallbackError(.unavailable, "")
    func delays(_ chance: Chance) -> [Duration?] {
      var chance = chance
      return (1...4).map { policy.delay(after: error, attempt: $0, &chance) }
    }
    #expect(
      delays(.most) == [.milliseconds(100), .milliseconds(200), .milliseconds(250), nil])
    #expect(
      delays(.least) == [.milliseconds(50), .milliseconds(100), .milliseconds(125), nil])
  }

  @Test("clients who lose a daemon together come back apart")
  func jitter() {
    var chance = Chance.counting
    let pauses = (0..<100).map { _ in
      policy.pause(beforeAttempt: 2, asked: nil, &chance)
    }
    #expect(Set(pauses).count == 100)
    #expect(pauses.allSatisfy { .milliseconds(50) <= $0 && $0 <= .milliseconds(100) })
  }

  @Test("only UNAVAILABLE is worth repeating", arguments: RPCCode.allCases)
  func codes(code: RPCCode) {
    var chance = Chance.most
    let isRepeated = policy.delay(after: CallbackError(code, ""), attempt: 1, &chance) != nil
    #expect(isRepeated == (code == .unavailable))
  }

  @Test("a daemon that is not there is waited for only where that is asked for")
  func waiting() {
    let error = CallbackError(.unavailable, "", cause: .unreachable("no such file"))
    var chance = Chance.most
    #expect(policy.delay(after: error, attempt: 1, &chance) == nil)
    var patient = policy
    patient.waitsForDaemon = true
    #expect(patient.delay(after: error, attempt: 1, &chance) == .milliseconds(100))
  }
}

/// Chance that is known beforehand: numbers at equal distances.
private struct Chance: RandomNumberGenerator {
  var number: UInt64
  let distance: UInt64

  /// Always the shortest of what is possible.
  static let least = Chance(number: 0, distance: 0)
  /// Always the longest.
  static let most = Chance(number: .max, distance: 0)
  /// Another one each time.
  static let counting = Chance(number: 0, distance: 0x9e37_79b9_7f4a_7c15)

  mutating func next() -> UInt64 {
    defer { number &+= distance }
    return number
  }
}
