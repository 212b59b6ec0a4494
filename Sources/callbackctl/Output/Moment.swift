import Glibc

/// An instant on the wall clock, in milliseconds since 1970 (UTC).
struct Moment: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  var milliseconds: Int64

  /// Makes a moment.
  init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Now, by the wall clock.
  static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// The moment so much later.
  static func + (moment: Moment, duration: Duration) -> Moment {
    let (seconds, attoseconds) = duration.components
    return Moment(
      milliseconds: moment.milliseconds + seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }

  /// How much later the first moment is.
  static func - (later: Moment, earlier: Moment) -> Duration {
    .milliseconds(later.milliseconds - earlier.milliseconds)
  }

  /// Orders moments by time.
  static func < (a: Moment, b: Moment) -> Bool { a.milliseconds < b.milliseconds }
}

/// The zone in which times are shown and read.
enum Zone: Hashable, Sendable {
  /// That of the user, by TZ or the host.
  case local
  /// Universal time.
  case utc

  /// The moment's calendar fields in this zone.
  func fields(of moment: Moment) -> tm {
    var seconds = time_t(moment.milliseconds / 1_000)
    var fields = tm()
    switch self {
    case .local: localtime_r(&seconds, &fields)
    case .utc: gmtime_r(&seconds, &fields)
    }
    return fields
  }

  /// The moment that calendar fields name in this zone.
  func moment(of fields: tm) -> Moment? {
    var fields = fields
    let asGiven = (fields.tm_year, fields.tm_mon, fields.tm_mday, fields.tm_hour, fields.tm_min)
    fields.tm_isdst = -1
    let seconds =
      switch self {
      case .local: mktime(&fields)
      case .utc: timegm(&fields)
      }
    // mktime turns 31 February into March instead of refusing it.
    guard asGiven.0 == fields.tm_year, asGiven.1 == fields.tm_mon, asGiven.2 == fields.tm_mday
    else { return nil }
    return Moment(milliseconds: Int64(seconds) * 1_000)
  }
}
