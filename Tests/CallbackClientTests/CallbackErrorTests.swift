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
    #expect(RetryPolicy.standard.delay(after: error, attempt: 1) == .milliseconds(1_500))
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

  @Test("waits double up to a limit, then it gives up")
  func doubling() {
    let error = CallbackError(.unavailable, "")
    let delays = (1...4).map { policy.delay(after: error, attempt: $0) }
    #expect(delays == [.milliseconds(100), .milliseconds(200), .milliseconds(250), nil])
  }

  @Test("only UNAVAILABLE is worth repeating", arguments: RPCCode.allCases)
  func codes(code: RPCCode) {
    let isRepeated = policy.delay(after: CallbackError(code, ""), attempt: 1) != nil
    #expect(isRepeated == (code == .unavailable))
  }

  @Test("a daemon that is not there is waited for only where that is asked for")
  func waiting() {
    let error = CallbackError(.unavailable, "", cause: .unreachable("no such file"))
    #expect(policy.delay(after: error, attempt: 1) == nil)
    var patient = policy
    patient.waitsForDaemon = true
    #expect(patient.delay(after: error, attempt: 1) == .milliseconds(100))
  }
}
