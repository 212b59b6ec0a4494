import EventLog

/// What commands say about a log.
enum LogText {
  /// A log that is whole, for people.
  static func rendered(_ check: LogCheck, in place: String, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("log", "whole, \(place)")
    fields.add("lineage", "\(check.lineage)")
    fields.add("schema", "\(check.schema)")
    fields.add("ends at", "\(check.head.position)")
    fields.add(
      "records",
      check.oldest == 0 ? "\(check.records)" : "\(check.records), from \(check.oldest + 1)")
    fields.add("snapshot", check.snapshot.map { "at \($0)" } ?? "none")
    fields.add("history", "\(check.callbacks) callbacks, \(check.outcomes) outcomes")
    return fields.rendered(look.style)
  }

  /// The same as JSON.
  static func json(_ check: LogCheck) -> String {
    let snapshot = check.snapshot.map { "\"\($0)\"" } ?? "null"
    return "{\"lineage\":\"\(check.lineage)\",\"schema\":\(check.schema),"
      + "\"position\":\"\(check.head.position)\",\"oldest\":\"\(check.oldest)\","
      + "\"records\":\(check.records),\"snapshot\":\(snapshot),"
      + "\"callbacks\":\(check.callbacks),\"outcomes\":\(check.outcomes)}"
  }

  /// What can be done about a damaged log of one daemon.
  static let remedy = "Restore a backup, or start callbackd once with --accept-data-loss."
  /// The same of one in PostgreSQL.
  static let sharedRemedy = """
    Restore the database with its own tools, or, where the end is missing, start one callbackd once \
    with --accept-data-loss.
    """

  /// What is wrong, and what to do.
  ///
  /// - Parameters:
  ///   - place: where the log is, such as “in /var/lib/callbackd”.
  ///   - remedy: what can be done where it is damaged.
  static func words(
    _ error: EventLogError, _ place: String, remedy: String = remedy
  ) -> String {
    switch error {
    case .dataLoss(let reason): "the log \(place) is damaged: \(reason)\n  → \(remedy)"
    case .newerSchema(let found, let known):
      "the log \(place) was written by a newer callbackd: schema \(found), known \(known)"
    case .inUse: "a callbackd has the data \(place)\n  → Stop it first."
    case .unavailable(let reason): "the log cannot be used: \(reason)"
    case .full(let reason): "there is no room: \(reason)"
    case .tooOld(let earliest): "the log begins only after \(earliest)"
    }
  }
}
