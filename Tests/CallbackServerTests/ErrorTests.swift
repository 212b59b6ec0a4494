import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import ProtobufC
import Testing

@testable import CallbackServer

@Suite("Errors as clients read them")
struct ErrorTests {
  @Test("the service's log gets a complaint once in a while, however many calls fail")
  func recentComplaints() {
    let recent = RecentComplaints()
    let start = ContinuousClock.now
    #expect(recent.isNew("a", at: start))
    #expect(recent.isNew("b", at: start))
    #expect(!recent.isNew("a", at: start + .seconds(9)))
    #expect(recent.isNew("a", at: start + .seconds(10)))
  }

  static let table: [(any Error, Refusal.Code, OptionsV1.Reason)] = [
    (FieldError("f", .missing), .invalidArgument, .fieldMissing),
    (FieldError("f", .invalid("must be x")), .invalidArgument, .fieldInvalid),
    (FieldError("f", .impossibleNumber), .invalidArgument, .numberImpossible),
    (FieldError("f", .foreignPageToken), .invalidArgument, .pageTokenInvalid),
    (WireError(.truncated), .invalidArgument, .malformedMessage),
    (Rejection.requestIDReused, .alreadyExists, .requestIDReused),
    (EngineError.overloaded, .resourceExhausted, .overloaded),
    (EngineError.full, .resourceExhausted, .logFull),
    (EngineError.unavailable("/secret/path"), .unavailable, .logUnavailable),
    (EngineError.stopping, .unavailable, .stopping),
    (EngineError.dataLoss("/secret/path"), .dataLoss, .logDamaged),
    (FeedError.tooOld(earliest: 4), .outOfRange, .tokenTooOld),
    (FeedError.ahead, .failedPrecondition, .tokenForeign),
    (FeedError.engine(.stopping), .unavailable, .stopping),
    (DirectoryError.recordNotFound("r"), .notFound, .recordNotFound),
    (DirectoryError.requestReused("1000:x"), .alreadyExists, .requestIDReused),
    (DirectoryError.invalid(field: "f", reason: "r"), .invalidArgument, .fieldInvalid),
    (DirectoryError.readOnly("r"), .failedPrecondition, .directoryRefused),
    (DirectoryError.tooManyNumbers(recordID: "r"), .failedPrecondition, .directoryRefused),
    (DirectoryError.full, .resourceExhausted, .logFull),
    (DirectoryError.unavailable("SELECT secret"), .unavailable, .directoryUnavailable),
    (DirectoryError.unreadable("/secret/path"), .dataLoss, .directoryDamaged),
    (CancellationError(), .internal, .defect),
  ]

  @Test(
    "every error has its code and reason, and tells nothing it must not", arguments: table.indices)
  func mapped(row: Int) {
    let (error, code, reason) = Self.table[row]
    let refusal = Refusal(anyError: error)
    #expect(refusal.code == code)
    #expect(refusal.reason == reason)
    #expect(!refusal.message.contains("secret"))
    #expect(!refusal.message.contains("SELECT"))
  }

  @Test(
    "reads, which have no request_id, are told to try again",
    arguments: [EngineError.stopping, .unavailable("x")])
  func triedAgain(error: EngineError) {
    #expect(
      Refusal(anyError: error).message.hasSuffix(
        "; try again later, a change with the same request_id."))
  }

  @Test("what a client may repeat says when", arguments: [EngineError.overloaded, .stopping])
  func retry(error: EngineError) {
    guard case .retry(let info)? = Refusal(anyError: error).detail else {
      Issue.record("no retry detail")
      return
    }
    #expect(info.retryDelay == .init(seconds: 1))
  }
}
