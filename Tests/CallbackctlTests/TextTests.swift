import Testing

@testable import callbackctl

@Suite("Times, durations and tables for people")
struct TextTests {
  @Test(
    "durations are read as they are typed",
    arguments: [
      ("20s", Duration.seconds(20)), ("90", .seconds(90)), ("1m30s", .seconds(90)),
      ("24h", .seconds(86_400)), ("500ms", .milliseconds(500)), ("1.5s", .milliseconds(1_500)),
      ("2d", .seconds(172_800)), ("0", .zero), ("1 min 30 s", .seconds(90)),
    ])
  func parseDuration(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
  }

  @Test(
    "what is no duration is refused",
    arguments: ["", "s", "5x", "-5s", "1h30", "1..5s", "367d", "∞", "5s5"])
  func noDuration(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(
    "durations are shown in their two largest units",
    arguments: [
      (0, "0 s"), (250, "250 ms"), (1_500, "1.5 s"), (20_000, "20 s"), (90_000, "1 min 30 s"),
      (7_500_000, "2 h 5 min"), (3_600_000, "1 h"), (273_600_000, "3 d 4 h"),
    ])
  func readable(milliseconds: Int, text: String) {
    #expect(DurationText.readable(.milliseconds(milliseconds)) == text)
  }

  @Test("what an option takes is what it gives", arguments: [0, 500, 20_000, 90_061_001])
  func exact(milliseconds: Int) {
    let duration = Duration.milliseconds(milliseconds)
    #expect(DurationText.parse(DurationText.exact(duration)) == duration)
  }

  // 1970-01-01 10:06:31 UTC
  private let now = Moment(milliseconds: 36_391_000)

  @Test(
    "moments are read as they are typed",
    arguments: [
      ("+10m", Int64(36_991)), ("10:30", 37_800), ("10:00", 122_400), ("10:06:40", 36_400),
      ("1970-01-02", 86_400), ("1970-01-02 01:00", 90_000), ("1970-01-02T01:00:05Z", 90_005),
      ("1970-01-02T01:00:05.250Z", 90_005), ("1970-01-02T01:00:00+01:00", 86_400),
      ("1970-01-01T23:00:00-01:00", 86_400),
    ])
  func parseMoment(text: String, seconds: Int64) {
    let moment = MomentText.parse(text, now: now, zone: .utc)
    #expect(moment == Moment(milliseconds: seconds * 1_000))
  }

  @Test(
    "what is no moment is refused",
    arguments: ["", "+", "25:00", "1970-02-31", "1970-13-01", "tomorrow", "10:60", "1970-1"])
  func noMoment(text: String) {
    #expect(MomentText.parse(text, now: now, zone: .utc) == nil)
  }

  @Test("a moment in the past is today's, yesterday's, or so long ago")
  func past() {
    func seconds(_ text: String) -> Int64? {
      PastMomentArgument(text, now: now, zone: .utc).map { $0.moment.milliseconds / 1_000 }
    }
    #expect(seconds("09:00") == 32_400)
    #expect(seconds("11:00") == 39_600 - 86_400)
    #expect(seconds("1h") == 32_791)
    #expect(seconds("+1h") == nil)
  }

  @Test("times of today have no date, and all have their zone")
  func times() {
    let time = TimeText(zone: .utc, now: now)
    #expect(time.readable(now) == "10:06:31 UTC")
    #expect(time.readable(now + .seconds(86_400)) == "1970-01-02 10:06:31 UTC")
    #expect(time.both(now + .seconds(250)) == "10:10:41 UTC (in 4 min 10 s)")
    #expect(time.relative(now + .seconds(-5)) == "5 s ago")
    #expect(time.relative(now) == "just now")
  }

  @Test("columns line up, wide characters and accents included")
  func table() {
    var table = Table("NAME", "QUEUE")
    table.add("林さん", "sales")
    table.add("Zoe\u{308}", "")
    let lines = table.rendered(.plain).split(separator: "\n").map(String.init)
    #expect(lines == ["NAME    QUEUE", "林さん  sales", "Zoë     -"])
  }
}

@Suite("When colours are used")
struct StyleTests {
  private func palette(
    _ choice: ColorChoice, terminal: Bool, _ environment: [String: String]
  ) -> Style.Palette {
    Style.suited(choice: choice, isTerminal: terminal) { environment[$0] }.palette
  }

  @Test("on a terminal that has them")
  func terminal() {
    #expect(palette(.auto, terminal: true, ["TERM": "xterm-256color"]) == .many)
    #expect(palette(.auto, terminal: true, ["TERM": "linux"]) == .sixteen)
    #expect(palette(.auto, terminal: true, ["TERM": "xterm", "COLORTERM": "truecolor"]) == .many)
  }

  @Test("not in a pipe, not on a dumb terminal, not with NO_COLOR")
  func plain() {
    #expect(palette(.auto, terminal: false, ["TERM": "xterm-256color"]) == .none)
    #expect(palette(.auto, terminal: true, ["TERM": "dumb"]) == .none)
    #expect(palette(.auto, terminal: true, [:]) == .none)
    #expect(palette(.auto, terminal: true, ["TERM": "xterm", "NO_COLOR": "1"]) == .none)
  }

  @Test("--color decides in any case")
  func choice() {
    #expect(palette(.always, terminal: false, ["NO_COLOR": "1"]) == .many)
    #expect(palette(.never, terminal: true, ["TERM": "xterm-256color"]) == .none)
  }
}
