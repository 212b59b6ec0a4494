import CallbackMessages

extension ConfigurationText {
  /// Reasons for being inactive, a line each.
  static func reasons(_ reasons: [V1.InactiveReason], _ look: Look) -> String {
    if reasons.isEmpty { return "No reasons. callbackctl reason put adds one." }
    var table = Table("REASON", "NAME", "OFFLINE AFTER", "ETAG")
    for reason in reasons {
      table.add(reason.reasonID, reason.name, length(reason.timeout), reason.etag)
    }
    return table.rendered(look.style)
  }

  /// Exclusions, a line each.
  static func exclusions(_ exclusions: [V1.Exclusion], _ look: Look) -> String {
    if exclusions.isEmpty { return "No exclusions. callbackctl exclusion put adds one." }
    var table = Table("NUMBER", "LOCATION", "NOTE", "ETAG")
    for exclusion in exclusions {
      table.add(exclusion.number, exclusion.locationID, exclusion.note, exclusion.etag)
    }
    return table.rendered(look.style)
  }

  /// The settings of the service.
  static func settings(_ settings: V1.ServiceSettings?, _ look: Look) -> String {
    let settings = settings ?? V1.ServiceSettings()
    var fields = FieldList()
    fields.add("presence grace", length(settings.presenceGrace))
    fields.add("inactive to Offline", length(settings.inactivityTimeout))
    fields.add("cooldown, other calls", length(settings.cooldownAfterOtherCall))
    fields.add("other call limit", length(settings.otherCallLimit))
    fields.add("request memory", length(settings.requestMemory))
    fields.add("answers remembered", settings.requestMemoryLimit.map { "\($0.value)" } ?? "")
    fields.add("etag", settings.etag)
    return fields.rendered(look.style)
  }

  private static func length(_ duration: GoogleProtobuf.Duration?) -> String {
    guard let duration else { return "" }
    return duration.seconds == 0 && duration.nanos == 0
      ? "none" : DurationText.readable(Duration(wire: duration))
  }
}
