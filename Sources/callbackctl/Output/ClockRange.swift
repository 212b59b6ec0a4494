import ArgumentParser
import CallbackMessages

/// Hours of a day as people write them: 09:00-20:30.
struct ClockRange: ExpressibleByArgument, Equatable {
  /// Minutes after midnight.
  var opens: UInt32
  /// Minutes after midnight.
  var closes: UInt32

  init(_ hours: V1.CallingHours) { (opens, closes) = (hours.opensMinute, hours.closesMinute) }

  /// Reads `HH:MM-HH:MM`; nil for anything else, and for hours without a length.
  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let opens = Self.minute(ends[0]), let closes = Self.minute(ends[1]),
      opens != closes
    else { return nil }
    (self.opens, self.closes) = (opens, closes)
  }

  private static func minute(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let hour = UInt32(parts[0]), let minute = UInt32(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  /// The hours for the wire.
  var hours: V1.CallingHours { V1.CallingHours(opensMinute: opens, closesMinute: closes) }

  /// As it is written.
  var text: String { "\(Self.text(opens))-\(Self.text(closes))" }

  private static func text(_ minute: UInt32) -> String {
    func two(_ number: UInt32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }
}
