import CPhoneNumber

/// A region whose numbering plan is known: what decides how a national number is read and shown.
public struct PhoneRegion: Hashable, Sendable {
  /// Two capitals, ISO 3166-1 alpha-2, such as `US`.
  public let code: String

  /// Names a region.
  ///
  /// - Throws: `PhoneNumberError.unknownRegion` unless the code is two capitals with a numbering
  ///   plan of their own; small letters are not taken.
  public init(_ code: String) throws(PhoneNumberError) {
    let isTwoCapitals =
      code.utf8.count == 2
      && code.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    guard isTwoCapitals, callback_phone_knows_region(code) else {
      // The code comes from input: what goes into a message is bounded.
      throw .unknownRegion(String(code.prefix(16)))
    }
    self.code = code
  }

  /// All regions, in the order of their codes.
  public static var all: [PhoneRegion] {
    let count = callback_phone_regions(nil, 0)
    return withUnsafeTemporaryAllocation(of: (CChar, CChar, CChar).self, capacity: count) { codes in
      let filled = min(callback_phone_regions(codes.baseAddress, count), count)
      return codes[..<filled].map { PhoneRegion(known: $0) }
    }
  }

  private init(known letters: (CChar, CChar, CChar)) {
    code = String(decoding: [UInt8(letters.0), UInt8(letters.1)], as: UTF8.self)
  }
}
