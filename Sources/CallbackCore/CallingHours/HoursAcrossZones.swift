/// Calling hours that have to hold in several zones at once.
struct HoursAcrossZones {
  let hours: CallingHours
  let zones: [String]
  let table: any ZoneTable

  /// Whether a number may be called now, and until or from when.
  enum Moment: Equatable {
    /// It may, until this moment.
    case open(until: WallTime)
    /// It may not, before this moment.
    case quiet(until: WallTime)
  }

  /// The state at a moment; nil where the zones share no hour within the next day, or one of them
  /// is not known.
  func moment(at wall: WallTime) -> Moment? {
    guard !zones.isEmpty, let isOpen = isOpen(at: wall) else { return nil }
    let horizon = wall + Self.horizon
    var time = wall
    while let next = nextChange(after: time) {
      time = next
      if !isOpen, time > horizon { return nil }
      guard let isOpenThen = self.isOpen(at: time) else { return nil }
      if isOpenThen != isOpen { return isOpen ? .open(until: time) : .quiet(until: time) }
      // Hours that are open for two days on end have moved with the clocks: looked at again then.
      if isOpen, time > horizon + Self.horizon { return .open(until: time) }
    }
    return nil
  }

  /// How far ahead a shared hour is looked for: a day (DOMAIN, "Dialling").
  private static var horizon: Span { .hours(24) }

  private func isOpen(at wall: WallTime) -> Bool? {
    for zone in zones {
      guard let offset = table.offset(of: zone, at: wall) else { return nil }
      if !hours.contain(wall.milliseconds + offset.ahead.milliseconds) { return false }
    }
    return true
  }

  /// The next moment at which some zone's hours begin or end, or its clock is changed.
  private func nextChange(after wall: WallTime) -> WallTime? {
    var next: Int64?
    for zone in zones {
      guard let offset = table.offset(of: zone, at: wall) else { return nil }
      let local = wall.milliseconds + offset.ahead.milliseconds
      var change = wall.milliseconds + hours.untilChange(after: local)
      if let until = offset.until, until > wall { change = min(change, until.milliseconds) }
      next = min(next ?? change, change)
    }
    return next.map { WallTime($0) }
  }
}
