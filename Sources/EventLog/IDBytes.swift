public import CallbackCore

extension Lineage {
  /// 16 bytes, most significant first.
  public var bytes: [UInt8] { idBytes(high: high, low: low) }

  /// Reads 16 bytes; nil for another length.
  public init?(bytes: [UInt8]) {
    guard let (high, low) = idHalves(bytes) else { return nil }
    self.init(high: high, low: low)
  }
}

extension Fingerprint {
  /// 16 bytes, most significant first.
  public var bytes: [UInt8] { idBytes(high: high, low: low) }
}

/// An id as 16 bytes, most significant first, so that bytes sort as ids do.
public func idBytes(high: UInt64, low: UInt64) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: 16) { bytes, count in
    let raw = UnsafeMutableRawBufferPointer(bytes)
    raw.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
    raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    count = 16
  }
}

/// The halves of an id that was kept as 16 bytes.
public func idHalves(_ bytes: [UInt8]) -> (high: UInt64, low: UInt64)? {
  guard bytes.count == 16 else { return nil }
  return bytes.withUnsafeBytes {
    (
      UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
      UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }
}
