import Testing

@testable import HTTPDirectory

@Suite("A Retry-After header")
struct RequestPaceTests {
  @Test(
    "asks for seconds, or for quiet until a date; at most an hour",
    arguments: [
      ("3", 3000), ("0.5", 500), ("0", 0), ("86400", 3_600_000), ("inf", 3_600_000),
      ("Sun, 06 Nov 1994 08:49:47 GMT", 10_000), ("Sun, 06 Nov 1994 08:49:27 GMT", 0),
      ("Mon, 07 Nov 1994 08:49:37 GMT", 3_600_000), ("Sun, 06 Nov 1994 08:49:47 CET", nil),
      ("-1", nil), ("nan", nil), ("", nil), ("soon", nil), ("Sun, 06 Foo 1994 08:49:47 GMT", nil),
    ] as [(String, Int64?)])
  func retryAfter(text: String, milliseconds: Int64?) {
    #expect(
      RequestPace.retryAfter(text, at: 784_111_777_000)
        == milliseconds.map { Duration.milliseconds($0) })
  }
}
