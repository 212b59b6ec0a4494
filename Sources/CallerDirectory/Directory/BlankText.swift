extension String {
  /// Whether it has nothing but spaces and tabs, which files lose around a field: no record can be
  /// named so.
  public var isBlank: Bool { utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}
