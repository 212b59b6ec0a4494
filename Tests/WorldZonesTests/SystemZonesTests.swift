import CallbackCore
import Testing
import WorldZones

@Suite("The world's clocks")
struct SystemZonesTests {
  let zones = SystemZones()

  @Test(
    "finds the zones of a number by its longest known prefix",
    arguments: [
      ("+12025550123", ["America/New_York"]),
      ("+13125550123", ["America/Chicago"]),
      ("+442079460000", ["Europe/London"]),
      ("+4930123456", ["Europe/Berlin"]),
      ("", []), ("+", []), ("2025550123", []),
    ])
  func zonesOfNumbers(number: String, expected: [String]) {
    #expect(zones.zones(of: number) == expected)
  }

  @Test("a number whose area says nothing may be in every zone of its country")
  func wholeCountry() {
    #expect(zones.zones(of: "+1 not a number").count > 20)
    #expect(zones.zones(of: "+999123").isEmpty)
  }

  @Test("knows when clocks are put forward and back")
  func daylightSaving() throws {
    // 2026-03-08T07:00:00Z: 02:00 in New York.
    let change = WallTime(1_772_953_200_000)
    let before = try #require(zones.offset(of: "America/New_York", at: change + Span(-1)))
    #expect(before.ahead == .hours(-5))
    #expect(before.until == change)
    let after = try #require(zones.offset(of: "America/New_York", at: change))
    #expect(after.ahead == .hours(-4))
    #expect(after.until == WallTime(1_793_512_800_000), "2026-11-01T06:00:00Z")
    #expect(zones.offset(of: "Asia/Kolkata", at: change)?.ahead == .minutes(330))
  }

  @Test("answers for moments long before and after those it was asked for first")
  func farMoments() {
    let now = WallTime(1_772_953_200_000)
    #expect(zones.offset(of: "Europe/Berlin", at: now)?.ahead == .hours(1))
    #expect(zones.offset(of: "Europe/Berlin", at: now + .hours(24 * 365 * 20)) != nil)
    #expect(zones.offset(of: "Europe/Berlin", at: now + .hours(-24 * 365 * 20)) != nil)
    #expect(zones.offset(of: "Europe/Berlin", at: now)?.ahead == .hours(1))
  }

  @Test("does not know what is no zone")
  func unknown() {
    #expect(zones.offset(of: "", at: WallTime(0)) == nil)
    #expect(zones.offset(of: "Mars/Olympus", at: WallTime(0)) == nil)
    #expect(zones.offset(of: "../../etc/passwd", at: WallTime(0)) == nil)
  }
}
