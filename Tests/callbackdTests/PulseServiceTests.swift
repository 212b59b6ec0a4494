import Testing

@testable import callbackd

@Suite("How often systemd's watchdog is told")
struct PulseServiceTests {
  @Test(
    "at least twice in its time, also where the engine takes as long as it may",
    arguments: [
      Duration.milliseconds(1), .milliseconds(400), .seconds(3), .seconds(30), .seconds(600),
    ])
  func rhythm(watchdog: Duration) {
    let (interval, limit) = PulseService.rhythm(watchdog)
    #expect(interval + limit <= watchdog / 2)
    #expect(interval > .zero && limit > .zero)
  }

  @Test("once a second where nobody watches")
  func unwatched() {
    #expect(PulseService.rhythm(nil) == (.seconds(1), .seconds(5)))
  }
}
