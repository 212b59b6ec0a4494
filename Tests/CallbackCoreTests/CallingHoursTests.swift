import CallbackCore
import Testing

/// Two zones: `east` on UTC, `west` five hours behind, whose clock is put forward by an hour at
/// 2026-03-08T07:00:00Z. Numbers that end with 1 are in the west, with 2 in both, with 9 nowhere.
private struct TwoZones: ZoneTable {
  func zones(of e164: String) -> [String] {
    switch e164.last {
    case "1": ["west"]
    case "2": ["east", "west"]
    case "3": ["east", "far"]
    case "9": []
    default: ["east"]
    }
  }

  func offset(of zone: String, at wall: WallTime) -> ZoneOffset? {
    let change = WallTime(1_772_953_200_000)
    switch zone {
    case "east": return ZoneOffset(ahead: .zero)
    case "far": return ZoneOffset(ahead: .hours(12))
    case "west":
      return wall < change
        ? ZoneOffset(ahead: .hours(-5), until: change) : ZoneOffset(ahead: .hours(-4))
    default: return nil
    }
  }
}

@Suite("Calling hours")
struct CallingHoursTests {
  /// 09:00 UTC, Monday; hours from 08:00 to 20:00; the location is in the east.
  private func scene(opens: UInt16 = 8 * 60, closes: UInt16 = 20 * 60) -> Scene {
    var scene = Scene.standard()
    scene.zones = TwoZones()
    scene.must(location(opens: opens, closes: closes))
    return scene
  }

  private func location(opens: UInt16, closes: UInt16) -> Command {
    .putLocation(
      Location(
        id: downtown, region: "US", timeZone: "east",
        callingHours: CallingHours(opens: opens, closes: closes)), ifRevision: nil)
  }

  private func quiet(_ scene: Scene, hours: Int64) -> CallbackState {
    .scheduled(until: scene.wall + .hours(hours), reason: .quietHours)
  }

  @Test("a callback whose called party sleeps waits for their morning")
  func sleepingCaller() {
    var scene = scene()
    let west = scene.request("0001")
    let expected = quiet(scene, hours: 4)
    #expect(scene.state(west) == expected, "04:00 there, until 08:00")
    #expect(scene.offer(to: anna) == nil)
    let east = scene.request("0004")
    #expect(scene.offer(to: anna)?.callback == east)
    scene.finishCall(scene.accept(anna))
    scene.pass(Span(4 * 3_600_000 - 1))
    #expect(scene.state(west) == expected)
    scene.pass(Span(1))
    #expect(scene.offer(to: anna)?.callback == west)
  }

  @Test("a number that may be in two zones is called in the hours that they share")
  func sharedHours() {
    var scene = scene()
    let both = scene.request("0002")
    let expected = quiet(scene, hours: 4)
    #expect(scene.state(both) == expected)
    scene.pass(.hours(4))
    #expect(scene.offer(to: anna)?.callback == both)
  }

  @Test("where the zones share no hour, or none is known, the location's clock counts")
  func noSharedHours() {
    var scene = scene(opens: 8 * 60, closes: 18 * 60)
    let apart = scene.request("0003")
    #expect(scene.offer(to: anna)?.callback == apart)
    scene.reject(anna)
    let unknown = scene.request("0009")
    #expect(scene.offer(to: anna)?.callback == unknown)
  }

  @Test("when the hours end, what waits is scheduled and an offer is withdrawn, not missed")
  func hoursEnd() {
    var scene = scene(closes: 9 * 60 + 1)
    let offered = scene.request("0004")
    let waiting = scene.request("0005")
    let offer = scene.offer(to: anna)
    #expect(offer?.callback == offered)
    scene.must(.putQueue(PutQueue(id: main, settings: patient), ifRevision: nil))
    scene.pass(.minutes(1))
    let expected = CallbackState.scheduled(
      until: scene.wall + .hours(23) + Span(-60_000), reason: .quietHours)
    #expect(scene.state(offered) == expected)
    #expect(scene.state(waiting) == expected)
  }

  private var patient: QueueOverrides {
    var settings = QueueOverrides()
    settings.offerTimeout = .minutes(5)
    return settings
  }

  @Test("an offer that is pending when the hours end is withdrawn as quiet")
  func withdrawn() throws {
    var scene = Scene.standard { $0.offerTimeout = .minutes(5) }
    scene.zones = TwoZones()
    scene.must(location(opens: 8 * 60, closes: 9 * 60 + 1))
    scene.request("0004")
    let offer = try #require(scene.offer(to: anna))
    scene.pass(.minutes(1))
    #expect(scene.center.offer(offer.id)?.state == .withdrawn(.quietHours))
    #expect(scene.status(anna) == .ready)
    #expect(scene.center.agent(anna)?.misses == 0)
  }

  @Test("an accept after the hours is refused, also before their timer")
  func lateAccept() throws {
    var scene = Scene.standard { $0.offerTimeout = .minutes(5) }
    scene.zones = TwoZones()
    scene.must(location(opens: 8 * 60, closes: 9 * 60 + 1))
    scene.request("0004")
    let offer = try #require(scene.offer(to: anna))
    scene.now = scene.now + .minutes(1)
    scene.wall = scene.wall + .minutes(1)
    #expect(
      scene.refusal(.acceptOffer(offer.id, agent: anna, session: nil))
        == .offerClosed(offer.id, .withdrawn(.quietHours)))
  }

  @Test("no offer is made after the hours, also before their timer")
  func lateOffer() {
    var scene = Scene.standard()
    scene.zones = TwoZones()
    scene.must(location(opens: 8 * 60, closes: 9 * 60 + 1))
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    let callback = scene.request("0004")
    #expect(scene.state(callback) == .queued)
    scene.now = scene.now + .minutes(1)
    scene.wall = scene.wall + .minutes(1)
    scene.ready(anna)
    #expect(scene.offer(to: anna) == nil)
    guard case .scheduled(_, .quietHours) = scene.state(callback) else {
      Issue.record("\(String(describing: scene.state(callback)))")
      return
    }
  }

  @Test("a gap that ends in a quiet hour is followed by the wait for the morning")
  func gapIntoTheNight() {
    var scene = scene(closes: 9 * 60 + 5)
    let callback = scene.request("0004")
    let attempt = scene.accept(anna)
    scene.report(attempt, .notConnected, .noAnswer)
    scene.pass(.minutes(10))
    let expected = CallbackState.scheduled(
      until: scene.wall + .hours(23) + Span(-600_000), reason: .quietHours)
    #expect(scene.state(callback) == expected)
  }

  @Test("an agent whose leg failed in a quiet hour is left out for the whole decline delay")
  func exclusionOverNight() {
    var scene = scene(closes: 9 * 60 + 5)
    var settings = QueueOverrides()
    settings.declineDelay = .hours(30)
    scene.must(.putQueue(PutQueue(id: main, settings: settings), ifRevision: nil))
    let callback = scene.request("0004")
    let attempt = scene.accept(anna)
    scene.pass(.minutes(6))
    scene.report(attempt, .ended, .agentSide)
    scene.ready(anna)
    scene.pass(.hours(23))
    #expect(scene.state(callback) == .queued)
    #expect(
      scene.center.explain(callback, at: scene.now)?.agents.map(\.reason) == [.declined])
  }

  @Test("hours that are changed or dropped count at once for what waits")
  func changedHours() {
    var scene = scene()
    let west = scene.request("0001")
    scene.must(location(opens: 6 * 60, closes: 20 * 60))
    var expected = quiet(scene, hours: 2)
    #expect(scene.state(west) == expected)
    scene.must(location(opens: 3 * 60, closes: 20 * 60))
    #expect(scene.offer(to: anna)?.callback == west)
    scene.must(location(opens: 10 * 60, closes: 20 * 60))
    expected = quiet(scene, hours: 6)
    #expect(scene.state(west) == expected)
    #expect(scene.status(anna) == .ready)
    scene.must(.putLocation(Location(id: downtown, region: "US"), ifRevision: nil))
    #expect(scene.offer(to: anna)?.callback == west)
  }

  @Test("a clock that is put forward moves the hours with it")
  func daylightSaving() {
    var scene = scene()
    // Saturday 2026-03-07T14:00Z: 09:00 in the west. The next morning begins an hour earlier.
    let days = Span.hours(24 * 5 + 5)
    scene.now = scene.now + days
    scene.wall = scene.wall + days
    scene.tick()
    scene.must(location(opens: 8 * 60, closes: 9 * 60))
    let west = scene.request("0001")
    let expected = quiet(scene, hours: 22)
    #expect(scene.state(west) == expected, "08:00 there is 12:00 UTC after the change")
  }

  @Test("a wall clock that is put back into the night sends what waits to the morning")
  func clockPutBack() {
    var scene = scene()
    let callback = scene.request("0004")
    #expect(scene.offer(to: anna)?.callback == callback)
    scene.wall = scene.wall + .hours(-24 * 365 - 6)
    scene.tick()
    let expected = quiet(scene, hours: 5)
    #expect(scene.state(callback) == expected)
    #expect(scene.status(anna) == .ready)
  }

  @Test("hours that last over midnight are quiet by day")
  func overMidnight() {
    var scene = scene(opens: 22 * 60, closes: 6 * 60)
    let east = scene.request("0004")
    let expected = quiet(scene, hours: 13)
    #expect(scene.state(east) == expected)
    let west = scene.request("0001")
    #expect(scene.offer(to: anna)?.callback == west, "04:00 there")
  }

  @Test("a not-before in a quiet hour is followed by the wait for the morning")
  func notBeforeAtNight() {
    var scene = scene(closes: 10 * 60)
    let later = scene.wall + .hours(2)
    let callback = scene.request("0004") { $0.notBefore = later }
    scene.pass(.hours(2))
    let expected = quiet(scene, hours: 21)
    #expect(scene.state(callback) == expected)
  }

  @Test("hours need a time zone that exists, and two different minutes of a day")
  func badHours() {
    var scene = Scene.standard()
    scene.zones = TwoZones()
    func put(_ zone: String, _ opens: UInt16, _ closes: UInt16) -> Command {
      .putLocation(
        Location(
          id: downtown, timeZone: zone,
          callingHours: CallingHours(opens: opens, closes: closes)), ifRevision: nil)
    }
    for (command, field) in [
      (put("", 480, 1_200), "time_zone"), (put("moon", 480, 1_200), "time_zone"),
      (put("east", 480, 480), "calling_hours"), (put("east", 480, 1_440), "calling_hours"),
    ] {
      guard case .invalid(field, _) = scene.refusal(command) else {
        Issue.record("not refused for \(field): \(command)")
        continue
      }
    }
  }
}
