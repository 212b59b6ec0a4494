/// The checksum that chains the records of a log: each covers the one before, the position and the
/// bytes, so that equal checksums at one position mean equal records up to there.
///
/// It finds every change of one word and, but for one in 2⁶⁴, every other accident. It is no
/// protection against somebody who can write the file.
public enum RecordChain {
  /// The checksum of a record after the record with the checksum `previous`.
  public static func next(
    after previous: UInt64, position: UInt64, payload: UnsafeRawBufferPointer
  ) -> UInt64 {
    var state = stir(previous ^ 0x243f_6a88_85a3_08d3, with: position)
    state = stir(state, with: UInt64(payload.count))
    return finish(absorb(payload, into: state))
  }

  /// The checksum of bytes that stand alone.
  public static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    finish(absorb(bytes, into: stir(0x1319_8a2e_0370_7344, with: UInt64(bytes.count))))
  }

  private static func absorb(_ bytes: UnsafeRawBufferPointer, into start: UInt64) -> UInt64 {
    var state = start
    var offset = 0
    while offset + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state = stir(state, with: UInt64(littleEndian: word))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return stir(state, with: rest)
  }

  /// One to one in the state for a fixed word, so that a difference never heals.
  private static func stir(_ state: UInt64, with word: UInt64) -> UInt64 {
    let product = (state ^ word) &* 0x9fb2_1c65_1e98_df25
    return product ^ product >> 32
  }

  private static func finish(_ state: UInt64) -> UInt64 {
    let product = (state ^ state >> 29) &* 0xbf58_476d_1ce4_e5b9
    return product ^ product >> 31
  }
}
