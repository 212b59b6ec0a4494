import ArgumentParser
import ProtobufC

/// A duration such as `20s`, `1m30s` or `24h`.
struct DurationArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The duration.
  let duration: Duration

  /// Wraps a duration.
  init(_ duration: Duration) {
    self.duration = duration
  }

  /// Reads a duration; nil where it is none.
  init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }

  /// As it is shown in help texts.
  var defaultValueDescription: String { DurationText.exact(duration) }
}

/// A moment such as `+10m`, `14:30` or `2026-11-23T14:30:00Z`.
struct MomentArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The moment.
  let moment: Moment

  /// Reads a moment; nil where it is none.
  init?(argument: String) {
    guard let moment = MomentText.parse(argument, now: .now, zone: .local) else { return nil }
    self.moment = moment
  }
}

/// A value of one of the contract's enums, in words such as `no-answer`.
struct EnumArgument<Value: WireEnum>: ExpressibleByArgument, Hashable, Sendable {
  /// The value.
  let value: Value

  /// Wraps a value.
  init(_ value: Value) {
    self.value = value
  }

  /// Reads a word; nil where it names no value.
  init?(argument: String) {
    let word = argument.lowercased().replacing("_", with: "-")
    guard let value = Value.allCases.first(where: { $0.optionWord == word && $0.isSpecified })
    else { return nil }
    self.value = value
  }

  /// The words that are understood.
  static var allValueStrings: [String] {
    Value.allCases.filter(\.isSpecified).map(\.optionWord)
  }

  /// As it is shown in help texts.
  var defaultValueDescription: String { value.optionWord }
}

/// A value, or the word `default` for the service's own.
enum Setting<Value: ExpressibleByArgument & Sendable & Hashable>: ExpressibleByArgument, Hashable,
  Sendable
{
  /// The service's own.
  case byDefault
  /// This one.
  case value(Value)

  /// Reads a value or the word.
  init?(argument: String) {
    if argument == "default" {
      self = .byDefault
    } else if let value = Value(argument: argument) {
      self = .value(value)
    } else {
      return nil
    }
  }

  /// The value, nil for the default.
  var value: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  /// The words of the value, and `default`.
  static var allValueStrings: [String] {
    Value.allValueStrings.isEmpty ? [] : Value.allValueStrings + ["default"]
  }
}

extension Bool {
  /// `yes` and `no`, as people write them.
  init?(word: String) {
    switch word.lowercased() {
    case "yes", "on", "true", "1": self = true
    case "no", "off", "false", "0": self = false
    default: return nil
    }
  }
}

/// A moment in the past: one such as `2026-11-23T09:00`, `09:00` today, or `2h` for two hours ago.
struct PastMomentArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The moment.
  let moment: Moment

  /// Reads a moment; nil where it is none.
  init?(argument: String) {
    self.init(argument, now: .now, zone: .local)
  }

  /// Reads a moment, with what counts as now.
  init?(_ text: String, now: Moment, zone: Zone) {
    if let ago = DurationText.parse(text) {
      moment = now + (.zero - ago)
    } else if let at = MomentText.parse(text, now: now, zone: zone), text.first != "+" {
      // A bare time of day is read as the next one: for the past it is today's, or yesterday's.
      moment = at > now && !text.contains("-") ? at + .seconds(-86_400) : at
    } else {
      return nil
    }
  }
}
