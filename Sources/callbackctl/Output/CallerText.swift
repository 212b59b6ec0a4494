import CallbackMessages

/// Callers and their numbers, for people.
enum CallerText {
  /// The number as people read it, with its extension.
  static func number(_ number: V1.PhoneNumber?) -> String {
    guard let number, !number.e164.isEmpty || !number.display.isEmpty else { return "" }
    let shown = number.display.isEmpty ? number.e164 : number.display
    let hasExtension = number.extension.isEmpty || shown.hasSuffix(number.extension)
    return SafeText.line(hasExtension ? shown : "\(shown) ext. \(number.extension)")
  }

  /// The caller's name, or what stands for it.
  static func name(_ caller: V1.Caller?) -> String {
    let name = SafeText.line(caller?.name ?? "")
    return name.isEmpty ? "name not given" : name
  }

  /// The name and the number to call back (A), and the caller's own number where it differs.
  static func line(_ caller: V1.Caller?, calling callback: V1.PhoneNumber?) -> String {
    let number = number(callback)
    let parts = [name(caller), number.isEmpty ? missing(caller) : number]
    return parts.joined(separator: ", ") + remark(caller, calling: callback)
  }

  private static func missing(_ caller: V1.Caller?) -> String {
    switch caller?.presentation {
    case .some(.restricted): "number withheld"
    default: "number not given"
    }
  }

  private static func remark(_ caller: V1.Caller?, calling callback: V1.PhoneNumber?) -> String {
    if let own = caller?.number, own.e164 != callback?.e164 {
      return " (called from \(number(own)))"
    }
    guard caller?.number == nil, callback != nil else { return "" }
    switch caller?.presentation {
    case .some(.restricted): return " (own number withheld)"
    case .some(.unavailable): return " (own number not given)"
    default: return ""
    }
  }

  /// The call type labels (B), coloured; what stands for them after a failed look-up.
  static func labels(_ resolution: V1.Resolution?, _ style: Style) -> String {
    guard let resolution else { return "not looked up" }
    if resolution.labels.isEmpty {
      return resolution.status == .lookupFailed
        ? "not known: the look-up failed" : "not looked up"
    }
    return resolution.labels.map { style.label(SafeText.line($0.text), ground($0.color)) }
      .joined(separator: " ")
  }

  /// That what is known is of before, as the directory did not answer; empty where it is not.
  static func staleness(_ resolution: V1.Resolution?) -> String {
    guard let resolution, resolution.stale else { return "" }
    let age = DurationText.readable(resolution.age.map { Duration(wire: $0) } ?? .zero)
    let source = SafeText.line(resolution.source)
    return source.contains("+")
      ? "not all of \(source) answered: some of this is from \(age) before"
      : "\(source) did not answer: this is from \(age) before"
  }

  /// The labels' texts without colours, for the cell of a table.
  static func labelNames(_ resolution: V1.Resolution?) -> String {
    guard let resolution else { return "" }
    if resolution.status == .lookupFailed { return "look-up failed" }
    return resolution.labels.map(\.text).joined(separator: " + ")
  }

  /// The card in words, with its record: `the Lead card of L-12 (Ann Smith)`.
  static func card(_ card: V1.Card?, matches: [V1.Match] = []) -> String {
    guard let card, card.kind.isSpecified else { return "no card" }
    let kind = card.kind.words.prefix(1).uppercased() + card.kind.words.dropFirst()
    guard !card.recordID.isEmpty else { return "the \(kind) card" }
    let name = matches.first { $0.recordID == card.recordID }?.name ?? ""
    let shown = name.isEmpty ? "" : " (\(SafeText.line(name)))"
    return "the \(kind) card of \(SafeText.line(card.recordID))\(shown)"
  }

  private static func ground(_ color: V1.LabelColor) -> Style.Ground {
    switch color {
    case .green: .green
    case .orange: .orange
    default: .grey
    }
  }
}
