import CallbackCore
import CallbackMessages
import CallbackWire
import Testing

@Suite("Times on the wire")
struct TimeTests {
  @Test(
    "an instant is truncated to milliseconds, also before 1970",
    arguments: [
      (0, 0, 0), (1, 999_999_999, 1_999), (1, 1_999_999, 1_001), (-1, 500_000_000, -500),
      (-62_135_596_800, 0, -62_135_596_800_000), (253_402_300_799, 0, 253_402_300_799_000),
    ] as [(Int64, Int32, Int64)])
  func timestamp(seconds: Int64, nanos: Int32, milliseconds: Int64) throws {
    let time = try GoogleProtobuf.Timestamp(seconds: seconds, nanos: nanos).wallTime("t")
    #expect(time == WallTime(milliseconds))
    #expect(try GoogleProtobuf.Timestamp(time).wallTime("t") == time)
  }

  @Test(
    "an instant out of protobuf's range is refused with its field",
    arguments: [(-62_135_596_801, 0), (253_402_300_800, 0), (0, -1), (0, 1_000_000_000)]
      as [(Int64, Int32)])
  func timestampOutOfRange(seconds: Int64, nanos: Int32) {
    #expect(throws: FieldError("t", .invalid("must be an instant in the years 1 to 9999"))) {
      try GoogleProtobuf.Timestamp(seconds: seconds, nanos: nanos).wallTime("t")
    }
  }

  @Test("a moment beyond protobuf's range is sent as the nearest within it")
  func bounded() {
    #expect(GoogleProtobuf.Timestamp(WallTime(.max)).seconds == 253_402_300_799)
    #expect(GoogleProtobuf.Timestamp(WallTime(.min)).seconds == -62_135_596_800)
  }

  @Test("a length of time is truncated to milliseconds and comes back as it was")
  func duration() throws {
    #expect(try GoogleProtobuf.Duration(seconds: 1, nanos: 1_999_999).span("d") == Span(1_001))
    #expect(GoogleProtobuf.Duration(Span(1_001)) == .init(seconds: 1, nanos: 1_000_000))
    #expect(try GoogleProtobuf.Duration(Span.zero).span("d") == .zero)
  }

  @Test(
    "a length that is negative, mixed, too long or too short is refused",
    arguments: [(-1, 0), (0, -1), (1, -1), (400 * 86_400, 0), (.max, 0), (0, 1_000_000_000)]
      as [(Int64, Int32)])
  func durationRefused(seconds: Int64, nanos: Int32) {
    #expect(throws: FieldError.self) {
      try GoogleProtobuf.Duration(seconds: seconds, nanos: nanos).span("d")
    }
  }

  @Test("a ring limit shorter than a second is refused")
  func tooShort() {
    #expect(throws: FieldError.self) {
      try GoogleProtobuf.Duration(seconds: 0, nanos: 999_999_999).span("d", in: 1_000...2_000)
    }
  }

  @Test("a deadline is an instant and what remains, never less than nothing")
  func deadline() {
    let clocks = Clocks(now: Instant(10_000), wall: WallTime(1_000_000))
    let ahead = clocks.deadline(Instant(12_500))
    #expect(ahead.at == GoogleProtobuf.Timestamp(WallTime(1_002_500)))
    #expect(ahead.remaining == GoogleProtobuf.Duration(Span(2_500)))
    let passed = clocks.deadline(Instant(9_000))
    #expect(passed.at == GoogleProtobuf.Timestamp(WallTime(1_000_000)))
    #expect(passed.remaining == GoogleProtobuf.Duration(.zero))
  }

  @Test("after the gap of an attempt a callback may be offered when its not-before has come too")
  func eligibleAfterGap() {
    var callback = EventSamples.callback(.retryWait(until: Instant(40)))
    let clocks = Clocks(now: Instant(10), wall: WallTime(100))
    callback.notBefore = nil
    #expect(callback.eligibleAt(clocks) == WallTime(130))
    callback.notBefore = WallTime(200)
    #expect(callback.eligibleAt(clocks) == WallTime(200))
  }
}
