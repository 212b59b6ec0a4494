import CallbackCore

/// A world whose days are short: every ten minutes the clocks of its zones are put forward, so that
/// quiet hours come and go within a run.
struct SimulatedZones: ZoneTable {
  /// The zones of a number, by its last digit: one, two, none.
  func zones(of e164: String) -> [String] {
    switch (e164.utf8.last ?? 0) % 4 {
    case 0: ["quick"]
    case 1: ["quick", "slow"]
    case 2: []
    default: ["slow"]
    }
  }

  func offset(of zone: String, at wall: WallTime) -> ZoneOffset? {
    switch zone {
    case "quick": Self.turning(every: 10, by: 7, at: wall)
    case "slow": Self.turning(every: 25, by: 5, at: wall)
    default: nil
    }
  }

  private static func turning(
    every minutes: Int64, by hours: Int64, at wall: WallTime
  ) -> ZoneOffset {
    let length = minutes * 60_000
    let turn = (wall.milliseconds + length * 1_000_000_000) / length
    let begin = turn * length - length * 1_000_000_000
    return ZoneOffset(
      ahead: .hours(turn % 24 * hours % 24), until: WallTime(begin + length))
  }

  /// Whether a number may be called at a moment, minute by minute, as DOMAIN says it.
  func isQuiet(_ e164: String, _ location: Location, at wall: WallTime) -> Bool {
    guard let hours = location.callingHours else { return false }
    func isOpen(_ zone: String, _ wall: WallTime) -> Bool {
      let ahead = offset(of: zone, at: wall)?.ahead.milliseconds ?? 0
      let day: Int64 = 86_400_000
      let minute = Int(((wall.milliseconds + ahead) % day + day) % day / 60_000)
      let (opens, closes) = (Int(hours.opens), Int(hours.closes))
      return opens < closes
        ? (opens..<closes).contains(minute) : !(closes..<opens).contains(minute)
    }
    let there = zones(of: e164)
    let share = (0...1_440).contains { minute in
      let then = wall + .minutes(Int64(minute))
      return !there.isEmpty && there.allSatisfy { isOpen($0, then) }
    }
    return share ? !there.allSatisfy { isOpen($0, wall) } : !isOpen(location.timeZone, wall)
  }
}
