import Logging
import Postgres

/// One key of the configuration file: what it means, what it may be, where it goes.
struct ConfigurationKey: Sendable {
  /// A value that is not of the key's form.
  struct Unfit: Error {}

  /// The key with its sections, such as `transport.threads`.
  let name: String
  /// What it sets, in one sentence.
  let meaning: String
  /// What a value must be, such as `a whole number from 1 to 64`.
  let form: String
  /// Puts a value into a configuration.
  let set: @Sendable (String, inout DaemonConfiguration) throws(Unfit) -> Void
  /// The value in a configuration, as it would be written in the file; nil where there is none.
  let get: @Sendable (DaemonConfiguration) -> String?
}

extension ConfigurationKey {
  typealias Place<Value> = WritableKeyPath<DaemonConfiguration, Value> & Sendable

  /// A path, which may be left out.
  static func path(
    _ name: String, _ place: Place<String?>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(name: name, meaning: meaning, form: "an absolute path") {
      text, configuration throws(Unfit) in
      guard text.hasPrefix("/") else { throw Unfit() }
      configuration[keyPath: place] = text
    } get: {
      $0[keyPath: place]
    }
  }

  /// A group of the host, which may be left out.
  static func group(
    _ name: String, _ place: Place<DaemonConfiguration.Account?>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(name: name, meaning: meaning, form: "a group of this host, by name or number")
    {
      text, configuration throws(Unfit) in
      guard let id = AccountNames.group(text) else { throw Unfit() }
      configuration[keyPath: place] = .init(name: text, id: id)
    } get: {
      $0[keyPath: place]?.name
    }
  }

  /// An address on loopback, which may be left out.
  static func loopback(
    _ name: String, _ place: Place<LoopbackAddress?>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, meaning: meaning, form: "127.0.0.1:PORT or [::1]:PORT"
    ) { text, configuration throws(Unfit) in
      guard let address = LoopbackAddress(text) else { throw Unfit() }
      configuration[keyPath: place] = address
    } get: {
      $0[keyPath: place]?.text
    }
  }

  /// A file's mode.
  ///
  /// - Parameters:
  ///   - least: bits that must be there.
  ///   - most: bits that may be there.
  static func mode(
    _ name: String, _ place: Place<DaemonConfiguration.FileMode>, least: UInt32, most: UInt32,
    _ meaning: String
  ) -> ConfigurationKey {
    @Sendable func octal(_ bits: UInt32) -> String { "0" + String(bits, radix: 8) }
    let form = "an octal mode between \(octal(least)) and \(octal(most))"
    return ConfigurationKey(name: name, meaning: meaning, form: form) {
      text, configuration throws(Unfit) in
      guard let bits = UInt32(text, radix: 8), bits & least == least, bits & ~most == 0 else {
        throw Unfit()
      }
      configuration[keyPath: place] = .init(bits)
    } get: {
      octal($0[keyPath: place].bits)
    }
  }

  /// A whole number in a range.
  static func integer(
    _ name: String, _ place: Place<Int>, _ range: ClosedRange<Int>, _ meaning: String
  ) -> ConfigurationKey {
    let form = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return ConfigurationKey(name: name, meaning: meaning, form: form) {
      text, configuration throws(Unfit) in
      guard let number = Int(text), range.contains(number) else { throw Unfit() }
      configuration[keyPath: place] = number
    } get: {
      String($0[keyPath: place])
    }
  }

  /// A length of time in a range.
  static func duration(
    _ name: String, _ place: Place<Duration>, _ range: ClosedRange<Duration>, _ meaning: String
  ) -> ConfigurationKey {
    let (least, most) = (DurationText.print(range.lowerBound), DurationText.print(range.upperBound))
    let form = "a length of time from \(least) to \(most), such as 250ms, 20s, 5m, 24h or 7d"
    return ConfigurationKey(name: name, meaning: meaning, form: form) {
      text, configuration throws(Unfit) in
      guard let span = DurationText.parse(text), range.contains(span) else { throw Unfit() }
      configuration[keyPath: place] = span
    } get: {
      DurationText.print($0[keyPath: place])
    }
  }

  /// A length of time in a range, or for ever.
  static func durationOrForever(
    _ name: String, _ place: Place<Duration?>, _ range: ClosedRange<Duration>, _ meaning: String
  ) -> ConfigurationKey {
    let (least, most) = (DurationText.print(range.lowerBound), DurationText.print(range.upperBound))
    let form = "forever, or a length of time from \(least) to \(most), such as 12h or 90d"
    return ConfigurationKey(name: name, meaning: meaning, form: form) {
      text, configuration throws(Unfit) in
      if text == "forever" {
        configuration[keyPath: place] = nil
        return
      }
      guard let span = DurationText.parse(text), range.contains(span) else { throw Unfit() }
      configuration[keyPath: place] = span
    } get: {
      $0[keyPath: place].map(DurationText.print) ?? "forever"
    }
  }

  /// A level of the log.
  static func level(
    _ name: String, _ place: Place<Logger.Level>, _ meaning: String
  ) -> ConfigurationKey {
    let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    return ConfigurationKey(name: name, meaning: meaning, form: "one of \(levels)") {
      text, configuration throws(Unfit) in
      guard let level = Logger.Level(rawValue: text) else { throw Unfit() }
      configuration[keyPath: place] = level
    } get: {
      $0[keyPath: place].rawValue
    }
  }

  /// A region's code.
  static func region(
    _ name: String, _ place: Place<String>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(name: name, meaning: meaning, form: "a region's two letters (ISO 3166)") {
      text, configuration throws(Unfit) in
      guard text.utf8.count == 2, text.utf8.allSatisfy({ (65...90).contains($0) }) else {
        throw Unfit()
      }
      configuration[keyPath: place] = text
    } get: {
      $0[keyPath: place]
    }
  }

  /// A database as libpq reads it, which may be left out.
  static func connection(
    _ name: String, _ place: Place<String?>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, meaning: meaning,
      form: "what libpq reads, without a password, such as host=/run/postgresql dbname=callbacks"
    ) { text, configuration throws(Unfit) in
      guard PostgresConnectionText.problem(of: text) == nil else { throw Unfit() }
      configuration[keyPath: place] = text
    } get: {
      $0[keyPath: place]
    }
  }

  /// A short name.
  static func name(
    _ name: String, _ place: Place<String>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(name: name, meaning: meaning, form: nameForm) {
      text, configuration throws(Unfit) in
      guard isName(text) else { throw Unfit() }
      configuration[keyPath: place] = text
    } get: {
      $0[keyPath: place]
    }
  }

  /// A short name, which may be left out.
  static func optionalName(
    _ name: String, _ place: Place<String?>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(name: name, meaning: meaning, form: nameForm) {
      text, configuration throws(Unfit) in
      guard isName(text) else { throw Unfit() }
      configuration[keyPath: place] = text
    } get: {
      $0[keyPath: place]
    }
  }

  private static let nameForm = "1 to 64 letters, digits and . _ - : /"

  /// Whether a text is a name as streams and hosts have them.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// One of some words.
  static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ place: Place<Value>, _ meaning: String
  ) -> ConfigurationKey where Value.RawValue == String {
    let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return ConfigurationKey(name: name, meaning: meaning, form: "one of \(words)") {
      text, configuration throws(Unfit) in
      guard let value = Value(rawValue: text) else { throw Unfit() }
      configuration[keyPath: place] = value
    } get: {
      $0[keyPath: place].rawValue
    }
  }

  /// True or false.
  static func flag(
    _ name: String, _ place: Place<Bool>, _ meaning: String
  ) -> ConfigurationKey {
    ConfigurationKey(name: name, meaning: meaning, form: "true or false") {
      text, configuration throws(Unfit) in
      guard let value = Bool(text) else { throw Unfit() }
      configuration[keyPath: place] = value
    } get: {
      String($0[keyPath: place])
    }
  }
}
