import CallbackClient
import CallbackMessages

/// Records of the directory, for people.
enum RecordText {
  /// What the directory says about a number.
  static func resolution(_ answer: V1.ResolveCallerResponse, _ look: Look) -> String {
    let resolution = answer.resolution ?? V1.Resolution()
    var fields = FieldList()
    let validity = answer.valid ? "" : " (not valid by the numbering plan)"
    fields.add("number", CallerText.number(answer.number) + validity)
    fields.add("E.164", answer.number?.e164 ?? "")
    fields.add("call type", styled: CallerText.labels(resolution, look.style))
    fields.add("card", CallerText.card(resolution.card, matches: resolution.matches))
    fields.add("rule", resolution.rule.isSpecified ? resolution.rule.words : "")
    fields.add("directory", source(resolution))
    fields.add("stale", CallerText.staleness(resolution))
    if answer.took != nil {
      fields.add("why", why(resolution, answer.answers))
      fields.add("took", Self.milliseconds(answer.took.map { Duration(wire: $0) } ?? .zero))
    }
    var parts = [fields.rendered(look.style)]
    if !answer.answers.isEmpty { parts.append(answers(answer.answers, look)) }
    if !resolution.matches.isEmpty { parts.append(matches(resolution, look)) }
    return parts.joined(separator: "\n\n")
  }

  /// Which rule led to the card, in a sentence (DOMAIN, "Who is calling").
  private static func why(
    _ resolution: V1.Resolution, _ answers: [V1.DirectoryAnswer]
  ) -> String {
    let best = resolution.matches.first.map { SafeText.line($0.recordID) } ?? ""
    let others = resolution.matches.count - 1
    var ranked =
      others > 0
      ? "; \(others) more below it: class first, then this location, then the newest" : ""
    let silent = answers.filter { !$0.failure.isEmpty && !$0.counted }.map(\.directory)
    if !silent.isEmpty {
      let names = SafeText.line(silent.joined(separator: " and "))
      ranked +=
        silent.count == 1
        ? "; what \(names) knows is missing: it did not answer"
        : "; what \(names) know is missing: they did not answer"
    }
    switch resolution.rule {
    case .activeLead: return "\(best) is an active Lead, which goes before everything\(ranked)"
    case .customer: return "no active Lead; \(best) is a Customer\(ranked)"
    case .previousCustomer:
      return "neither an active Lead nor a Customer; \(best) was a Customer\(ranked)"
    case .inactiveLead: return "nothing better than the inactive Lead \(best)\(ranked)"
    case .unknownNumber: return "every directory answered, and none knows the number"
    default:
      return resolution.status == .lookupFailed
        ? "no directory knows the number, and not all answered: that is not Unknown" : ""
    }
  }

  private static func answers(_ answers: [V1.DirectoryAnswer], _ look: Look) -> String {
    var table = Table("DIRECTORY", "ANSWER FROM", "TOOK", "RECORDS", "COUNTS", "REMARK")
    for answer in answers {
      let age = answer.age.map { Duration(wire: $0) } ?? .zero
      let remarks = [
        answer.failure, age > .zero ? "\(DurationText.readable(age)) old" : "",
      ].filter { !$0.isEmpty }
      table.add(
        answer.directory, answer.origin.isSpecified ? answer.origin.words : "none",
        milliseconds(.microseconds(Int64(clamping: answer.tookMicroseconds))),
        String(answer.matches), answer.counted ? "yes" : "", remarks.joined(separator: ", "))
    }
    return table.rendered(look.style)
  }

  private static func milliseconds(_ time: Duration) -> String {
    let microseconds = Int64(time / .microseconds(1))
    let thousandths = String(microseconds % 1000)
    let padding = String(repeating: "0", count: 3 - thousandths.count)
    return "\(microseconds / 1000).\(padding)\(thousandths) ms"
  }

  private static func source(_ resolution: V1.Resolution) -> String {
    let age = resolution.age.map { Duration(wire: $0) } ?? .zero
    if age == .zero || resolution.source.isEmpty { return resolution.source }
    return "\(resolution.source), \(DurationText.readable(age)) old"
  }

  /// Records, a line each.
  static func table(_ records: [V1.Record], _ look: Look) -> String {
    if records.isEmpty { return "No record found." }
    var table = Table("RECORD", "CLASS", "NAME", "LOCATION", "NUMBERS")
    for record in records {
      table.add(
        record.recordID, kind(record.callerClass, record.activeLead),
        TextWidth.cut(SafeText.line(record.name), to: 32), record.locationID,
        record.numbers.map { CallerText.number($0) }.joined(separator: ", "))
    }
    return table.rendered(look.style)
  }

  /// Everything about one record.
  static func detail(_ record: V1.Record, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("record", record.recordID)
    fields.add("class", kind(record.callerClass, record.activeLead))
    fields.add("name", record.name)
    fields.add("location", record.locationID)
    fields.add("numbers", record.numbers.map { CallerText.number($0) }.joined(separator: ", "))
    fields.add("changed", look.both(Moment(record.updatedAt)))
    return fields.rendered(look.style)
  }

  /// What became of a change in the directory.
  static func change(
    _ change: V1.DirectoryChange, done: String, _ record: V1.Record?, _ card: V1.Card?,
    _ requestID: String, _ look: Look
  ) -> String {
    guard change != .pending, let record else {
      return "The directory takes its time: the change goes on. The same command with "
        + "--request-id \(SafeText.line(requestID)) tells how it ended."
    }
    let name = SafeText.line(record.name)
    let opens = card.map { " Now open \(CallerText.card($0))." } ?? ""
    return "\(done) \(record.recordID) (\(name)).\(opens)\n"
      + detail(record, look)
  }

  private static func matches(_ resolution: V1.Resolution, _ look: Look) -> String {
    var table = Table("RECORD", "CLASS", "NAME", "LOCATION", "NUMBER", "CHANGED")
    for match in resolution.matches {
      table.add(
        match.recordID, kind(match.callerClass, match.activeLead), match.name, match.locationID,
        match.matchedNumber, look.readable(Moment(match.updatedAt)))
    }
    return table.rendered(look.style)
  }

  private static func kind(_ callerClass: V1.CallerClass, _ activeLead: Bool) -> String {
    if callerClass == .lead { return activeLead ? "active lead" : "inactive lead" }
    return callerClass.words
  }
}
