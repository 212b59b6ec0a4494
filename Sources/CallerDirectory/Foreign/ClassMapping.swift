import CallbackCore

/// What a CRM's own words for a record mean here (DOMAIN, "Who is calling").
///
/// A word is compared without regard to case. `*` in a list stands for every word that no list
/// names; an empty word stands for a field that is absent or null.
public struct ClassMapping: Hashable, Sendable {
  /// Words of Leads.
  public var lead: Set<String> = []
  /// Words of Customers.
  public var customer: Set<String> = []
  /// Words of Previous Customers, such as those of an ended tenancy.
  public var previousCustomer: Set<String> = []
  /// The statuses of a Lead that is being worked on; nil: every Lead is.
  public var activeLead: Set<String>?

  /// Maps nothing: every record is an inactive Lead.
  public init() {}

  /// The words of the embedded directory's files; every Lead is active.
  public static let own: ClassMapping = {
    var mapping = ClassMapping()
    mapping.lead = ["lead"]
    mapping.customer = ["customer"]
    mapping.previousCustomer = ["previous_customer"]
    return mapping
  }()

  /// A record's classes: a Lead and one of Customer and Previous Customer may stand beside each
  /// other, and one that is open makes a Customer of somebody with others that have ended.
  ///
  /// - Parameter rows: what the CRM says of the record, one row for each of its tenancies, deals or
  ///   whatever it counts: the words that tell the class, and those that tell whether a Lead is
  ///   active. The status of one row says nothing of another.
  /// - Returns: at least one. A record without a word of the lists is recognised, but as the least
  ///   that one may be: an inactive Lead.
  func classes(
    of rows: [(words: [String], statuses: [String])]
  ) -> [(RecordClass, isActive: Bool)] {
    var found: Set<RecordClass> = []
    var hasActiveLead = false
    for row in rows {
      let meanings = (row.words.isEmpty ? [""] : row.words).compactMap(meaning)
      found.formUnion(meanings)
      if meanings.contains(.lead), isActive(row.statuses) { hasActiveLead = true }
    }
    var classes: [(RecordClass, isActive: Bool)] = []
    if found.contains(.lead) { classes.append((.lead, hasActiveLead)) }
    if found.contains(.customer) {
      classes.append((.customer, false))
    } else if found.contains(.previousCustomer) {
      classes.append((.previousCustomer, false))
    }
    return classes.isEmpty ? [(.lead, false)] : classes
  }

  private func meaning(_ word: String) -> RecordClass? {
    let word = word.lowercased()
    let lists: [(Set<String>, RecordClass)] = [
      (customer, .customer), (previousCustomer, .previousCustomer), (lead, .lead),
    ]
    if let named = lists.first(where: { $0.0.contains(word) }) { return named.1 }
    guard !word.isEmpty else { return nil }
    return lists.first { $0.0.contains("*") }?.1
  }

  private func isActive(_ statuses: [String]) -> Bool {
    guard let activeLead else { return true }
    return (statuses.isEmpty ? [""] : statuses).contains { activeLead.contains($0.lowercased()) }
  }
}
