import CallbackCore
import CallbackMessages

extension LogV1.PhoneNumber {
  init(_ number: PhoneNumber) {
    self.init(
      e164: number.e164, extension: number.extension,
      asGiven: number.asGiven == number.e164 ? "" : number.asGiven,
      display: number.display == number.e164 ? "" : number.display)
  }

  var core: PhoneNumber {
    PhoneNumber(e164: e164, extension: `extension`, asGiven: asGiven, display: display)
  }
}

extension LogV1.Caller {
  init(_ caller: Caller) {
    self.init(
      name: caller.name, number: caller.number.map { LogV1.PhoneNumber($0) },
      presentation: .init(caller.presentation))
  }

  func core() throws(LogCodecError) -> Caller {
    Caller(
      name: name, number: number?.core, presentation: try presentation.core("caller.presentation"))
  }
}

extension LogV1.CallerMatch {
  init(_ match: CallerMatch) {
    self.init(
      recordID: match.recordID, recordClass: .init(match.recordClass),
      activeLead: match.isActiveLead, name: match.name,
      location: match.location.map { LogV1.Text($0) }, matched: LogV1.Line(match.matchedNumber),
      updatedWallMs: match.updatedAt.milliseconds)
  }

  func core() throws(LogCodecError) -> CallerMatch {
    CallerMatch(
      recordID: recordID, recordClass: try recordClass.core("match.record_class"),
      isActiveLead: activeLead, name: name, location: location?.named(),
      matchedNumber: try matched.required("match.matched").core,
      updatedAt: WallTime(updatedWallMs))
  }
}

extension LogV1.CallerResolution {
  init(_ resolution: CallerResolution) {
    let (kind, recordID): (LogV1.CardKind, String) =
      switch resolution.card {
      case .lead(let id): (.lead, id)
      case .customer(let id): (.customer, id)
      case .greeting: (.greeting, "")
      }
    self.init(
      status: .init(resolution.status),
      matches: resolution.matches.map { LogV1.CallerMatch($0) },
      labels: UInt32(resolution.labels.rawValue), card: kind, cardRecordID: recordID,
      rule: .init(resolution.rule), source: resolution.source,
      ageMs: resolution.age.milliseconds, stale: resolution.isStale)
  }

  func core() throws(LogCodecError) -> CallerResolution {
    CallerResolution(
      status: try status.core("resolution.status"),
      matches: try matches.decoded { match throws(LogCodecError) in try match.core() },
      labels: CallerLabels(rawValue: try labels.narrowed("resolution.labels")),
      card: try cardCore(), rule: try rule.core("resolution.rule"), source: source,
      age: Span(ageMs), isStale: stale)
  }

  private func cardCore() throws(LogCodecError) -> Card {
    switch card {
    case .lead: return .lead(recordID: cardRecordID)
    case .customer: return .customer(recordID: cardRecordID)
    case .greeting: return .greeting
    default: throw .unknownValue("resolution.card", card.rawValue)
    }
  }
}
