import CallbackCore
import Testing

@testable import CallbackWire

@Suite struct LogCodecTests {
  @Test(arguments: EventSamples.all)
  func everyEventSurvivesTheLog(event: Event) throws {
    let stamp = EventStamp(now: Instant(12), wall: WallTime(-3), actor: Actor(userID: 1000))
    let record = EventRecord(position: 77, stamp: stamp, event: event)
    let bytes = LogCodec.encode(record)
    let read = try bytes.withUnsafeBytes { bytes in
      try LogCodec.decodeRecord(bytes, at: 77)
    }
    #expect(read == record)
  }

  @Test func theSamplesHoldEveryKindOfEvent() {
    let kinds = Set(EventSamples.all.map { "\($0)".prefix { $0 != "(" } })
    #expect(kinds.count == 57)
  }

  @Test(arguments: EventSamples.replies)
  func everyReplySurvivesTheLog(reply: Reply) throws {
    let event = Event.replyRemembered(EventSamples.key, EventSamples.fingerprint, reply)
    try everyEventSurvivesTheLog(event: event)
  }

  @Test func bytesThatAreNoRecordAreRefused() {
    #expect(throws: LogCodecError.self) {
      try [0xff, 0xff].withUnsafeBytes { try LogCodec.decodeRecord($0, at: 1) }
    }
    #expect(throws: LogCodecError.missing("stamp")) {
      try [].withUnsafeBytes { try LogCodec.decodeRecord($0, at: 1) }
    }
  }

  @Test func attemptsAndStatesSurviveTheHistory() throws {
    let attempt = EventSamples.attempt
    let readAttempt = try LogCodec.encode(attempt).withUnsafeBytes {
      try LogCodec.decodeAttempt($0)
    }
    #expect(readAttempt == attempt)
    for state in EventSamples.states {
      let read = try LogCodec.encode(state).withUnsafeBytes { try LogCodec.decodeState($0) }
      #expect(read == state)
    }
  }
}
