/// The rules that turn matches into a ranking, labels and a card (DOMAIN, rows B, G, H, I and
/// "Who is calling"). Pure; used by the core, the directory and the server alike.
public enum CallerRanking {
  /// Ranks matches and picks labels, card and rule.
  ///
  /// - Parameters:
  ///   - lookup: what the directory answered.
  ///   - location: the location that the call dialled into; its records come first in a class.
  ///   - previousCustomerCard: the card of a Previous Customer, a setting.
  public static func resolve(
    _ lookup: CallerLookup, at location: LocationID?,
    previousCustomerCard: PreviousCustomerCard = .customer
  ) -> CallerResolution {
    let matches = lookup.status == .resolved ? rank(lookup.matches, at: location) : []
    let rule = rule(status: lookup.status, best: matches.first)
    return CallerResolution(
      status: lookup.status, matches: matches,
      labels: lookup.status == .resolved ? labels(of: matches) : [],
      card: card(rule: rule, best: matches.first, previousCustomerCard: previousCustomerCard),
      rule: rule, source: lookup.source, age: lookup.age, isStale: lookup.isStale)
  }

  /// Orders matches: by class, within a class those of `location` first, then the newest, then
  /// by record id so that equal records have one order.
  public static func rank(_ matches: [CallerMatch], at location: LocationID?) -> [CallerMatch] {
    matches.sorted { a, b in
      if a.classRank != b.classRank { return a.classRank < b.classRank }
      let (aHere, bHere) = (a.isAt(location), b.isAt(location))
      if aHere != bHere { return aHere }
      if a.updatedAt != b.updatedAt { return a.updatedAt > b.updatedAt }
      return a.recordID < b.recordID
    }
  }

  /// The labels over all matches; an inactive Lead counts only where there is no Customer or
  /// Previous Customer record; no match at all is Unknown.
  public static func labels(of matches: [CallerMatch]) -> CallerLabels {
    var labels: CallerLabels = []
    var hasInactiveLead = false
    for match in matches {
      switch match.recordClass {
      case .customer: labels.insert(.customer)
      case .previousCustomer: labels.insert(.previousCustomer)
      case .lead where match.isActiveLead: labels.insert(.lead)
      case .lead: hasInactiveLead = true
      }
    }
    if hasInactiveLead, labels.isDisjoint(with: [.customer, .previousCustomer]) {
      labels.insert(.lead)
    }
    return labels.isEmpty ? .unknown : labels
  }

  private static func rule(status: LookupStatus, best: CallerMatch?) -> ResolutionRule {
    switch status {
    case .notLookedUp: return .notLookedUp
    case .failed: return .lookupFailed
    case .resolved: break
    }
    guard let best else { return .unknownNumber }
    switch best.recordClass {
    case .lead: return best.isActiveLead ? .activeLead : .inactiveLead
    case .customer: return .customer
    case .previousCustomer: return .previousCustomer
    }
  }

  private static func card(
    rule: ResolutionRule, best: CallerMatch?, previousCustomerCard: PreviousCustomerCard
  ) -> Card {
    guard let best else { return .greeting }
    switch rule {
    case .activeLead, .inactiveLead: return .lead(recordID: best.recordID)
    case .customer: return .customer(recordID: best.recordID)
    case .previousCustomer:
      switch previousCustomerCard {
      case .customer: return .customer(recordID: best.recordID)
      case .greeting: return .greeting
      }
    case .unknownNumber, .lookupFailed, .notLookedUp: return .greeting
    }
  }
}

/// Which card a Previous Customer's callback opens; a setting of the queue.
public enum PreviousCustomerCard: UInt8, Hashable, Sendable, CaseIterable {
  /// The Customer card (the default).
  case customer = 1
  /// The Greeting card.
  case greeting = 2
}

extension CallerMatch {
  /// Active Lead, Customer, Previous Customer, inactive Lead.
  fileprivate var classRank: Int {
    switch recordClass {
    case .lead: isActiveLead ? 0 : 3
    case .customer: 1
    case .previousCustomer: 2
    }
  }

  fileprivate func isAt(_ place: LocationID?) -> Bool { place != nil && location == place }
}
