public import CallbackCore
public import CallbackMessages

extension V1.CallerClass {
  /// What a record says.
  public init(_ recordClass: RecordClass) {
    self =
      switch recordClass {
      case .lead: .lead
      case .customer: .customer
      case .previousCustomer: .previousCustomer
      }
  }

  /// What a label says.
  public init(_ label: CallerLabel) {
    self =
      switch label {
      case .lead: .lead
      case .customer: .customer
      case .previousCustomer: .previousCustomer
      case .unknown: .unknown
      }
  }
}

extension V1.Label {
  /// A label with its colour and its text (DOMAIN, row B).
  public init(_ label: CallerLabel) {
    let color: V1.LabelColor =
      switch label.color {
      case .green: .green
      case .orange: .orange
      case .grey: .grey
      }
    let text =
      switch label {
      case .lead: "Lead"
      case .customer: "Customer"
      case .previousCustomer: "Previous Customer"
      case .unknown: "Unknown"
      }
    self.init(callerClass: V1.CallerClass(label), color: color, text: text)
  }
}

extension V1.Card {
  /// A card.
  public init(_ card: Card) {
    switch card {
    case .lead(let recordID): self.init(kind: .lead, recordID: recordID)
    case .customer(let recordID): self.init(kind: .customer, recordID: recordID)
    case .greeting: self.init(kind: .greeting)
    }
  }
}

extension V1.Match {
  /// A record that matches.
  public init(_ match: CallerMatch) {
    self.init(
      recordID: match.recordID, callerClass: V1.CallerClass(match.recordClass),
      activeLead: match.isActiveLead, name: match.name,
      locationID: match.location?.rawValue ?? "", matchedNumber: match.matchedNumber.e164,
      updatedAt: GoogleProtobuf.Timestamp(known: match.updatedAt))
  }
}

extension GoogleProtobuf.Timestamp {
  /// The moment; nil for zero, which stands for an unknown one.
  public init?(known time: WallTime) {
    guard time.milliseconds != 0 else { return nil }
    self.init(time)
  }
}

extension V1.MatchRule {
  /// A rule.
  public init(_ rule: ResolutionRule) {
    self =
      switch rule {
      case .activeLead: .activeLead
      case .customer: .customer
      case .previousCustomer: .previousCustomer
      case .inactiveLead: .inactiveLead
      case .unknownNumber: .unknownNumber
      case .lookupFailed, .notLookedUp: .unspecified
      }
  }
}

extension V1.LookupStatus {
  /// How a look-up ended.
  public init(_ status: LookupStatus) {
    self =
      switch status {
      case .notLookedUp: .unspecified
      case .resolved: .resolved
      case .failed: .lookupFailed
      }
  }
}

extension V1.Resolution {
  /// What the directory says about a caller.
  public init(_ resolution: CallerResolution) {
    self.init(
      status: V1.LookupStatus(resolution.status),
      labels: resolution.labels.ordered.map { V1.Label($0) },
      matches: resolution.matches.map { V1.Match($0) }, rule: V1.MatchRule(resolution.rule),
      card: V1.Card(resolution.card), source: resolution.source,
      age: GoogleProtobuf.Duration(resolution.age), stale: resolution.isStale)
  }
}
