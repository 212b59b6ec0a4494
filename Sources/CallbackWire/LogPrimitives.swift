import CallbackCore
import CallbackMessages
import ProtobufC

extension LogV1.Id {
  init(_ id: some MadeIdentifier) { self.init(high: id.high, low: id.low) }

  func made<ID: MadeIdentifier>() -> ID { ID(high: high, low: low) }
}

extension LogV1.Time {
  init(_ time: Instant) { self.init(ms: time.milliseconds) }
  init(_ time: WallTime) { self.init(ms: time.milliseconds) }

  var engine: Instant { Instant(ms) }
  var wall: WallTime { WallTime(ms) }
}

extension LogV1.Moment {
  init(_ moment: Moment) {
    self.init(engineMs: moment.at.milliseconds, wallMs: moment.wall.milliseconds)
  }

  var core: Moment { Moment(at: Instant(engineMs), wall: WallTime(wallMs)) }
}

extension LogV1.Length {
  init(_ span: Span) { self.init(ms: span.milliseconds) }

  var core: Span { Span(ms) }
}

extension LogV1.Text {
  init(_ id: some ConfiguredIdentifier) { self.init(value: id.rawValue) }

  func named<ID: ConfiguredIdentifier>() -> ID { ID(value) }
}

extension LogV1.Line {
  init(_ line: PhoneNumber.Line) { self.init(e164: line.e164, extension: line.extension) }

  var core: PhoneNumber.Line { PhoneNumber.Line(e164: e164, extension: `extension`) }
}

/// Numbers of the core's enums are the numbers of the log's; 0 stands for none.
extension WireEnum {
  init<Value: RawRepresentable>(_ value: Value?) where Value.RawValue == UInt8 {
    self.init(rawValue: value.map { Int32($0.rawValue) } ?? 0)
  }

  /// The core's value; 0 and unknown numbers are errors.
  func core<Value: RawRepresentable>(
    _ field: StaticString
  ) throws(LogCodecError) -> Value where Value.RawValue == UInt8 {
    guard let raw = UInt8(exactly: rawValue), let value = Value(rawValue: raw) else {
      throw .unknownValue(field.description, rawValue)
    }
    return value
  }

  /// The core's value; nil for 0.
  func optional<Value: RawRepresentable>(
    _ field: StaticString
  ) throws(LogCodecError) -> Value? where Value.RawValue == UInt8 {
    if rawValue == 0 { return nil }
    return try core(field)
  }
}

extension Optional {
  /// The value, which is always written.
  func required(_ field: StaticString) throws(LogCodecError) -> Wrapped {
    guard let self else { throw .missing(field.description) }
    return self
  }
}

extension Array {
  func decoded<Value>(
    _ convert: (Element) throws(LogCodecError) -> Value
  ) throws(LogCodecError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for element in self { values.append(try convert(element)) }
    return values
  }
}

extension FixedWidthInteger {
  /// The number as a narrower one; a number that does not fit was not written by us.
  func narrowed<Narrow: FixedWidthInteger>(
    _ field: StaticString
  ) throws(LogCodecError) -> Narrow {
    guard let value = Narrow(exactly: self) else {
      throw .unknownValue(field.description, Int32(truncatingIfNeeded: self))
    }
    return value
  }
}
