/// An enum of a proto file. Open, as proto3's enums are: a number that this version has no name for
/// is kept.
public protocol WireEnum: RawRepresentable, Hashable, Sendable, CaseIterable,
  CustomStringConvertible
where RawValue == Int32, AllCases == [Self] {
  /// Makes a value from its number.
  init(rawValue: Int32)
  /// The name in the proto file, nil for a number without one.
  var protoName: String? { get }
}

extension WireEnum {
  /// Makes a value from its name in the proto file.
  public init?(protoName: String) {
    guard let value = Self.allCases.first(where: { $0.protoName == protoName }) else { return nil }
    self = value
  }

  /// The name in the proto file, or the number.
  public var description: String { protoName ?? String(rawValue) }

  /// Whether this version has a name for the value.
  public var isKnown: Bool { protoName != nil }
}
