import CPhoneNumber

/// What the installed numbering metadata knows about a number; information, not a guard, except
/// for premium-rate numbers, which are not called back.
public struct PhoneNumberInfo: Hashable, Sendable {
  /// What a number is used for.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// Not known, as for every number that is not valid.
    case unknown
    case fixedLine, mobile, fixedLineOrMobile, tollFree, premiumRate, sharedCost, voip
    case personal, pager, universalAccess, voicemail
  }

  /// Whether the number matches a pattern of its region's numbering plan.
  public let isValid: Bool
  /// What the number is used for.
  public let kind: Kind
  /// The region of the number, two capitals; nil where it belongs to none or to no known one.
  public let region: String?

  init(_ facts: callback_phone_facts) {
    isValid = facts.is_valid
    kind = Kind(facts.kind)
    let letters = [UInt8(bitPattern: facts.region.0), UInt8(bitPattern: facts.region.1)]
    region = letters[0] == 0 ? nil : String(decoding: letters, as: UTF8.self)
  }
}

extension PhoneNumberInfo.Kind {
  init(_ kind: callback_phone_kind) {
    switch kind {
    case CALLBACK_PHONE_KIND_FIXED_LINE: self = .fixedLine
    case CALLBACK_PHONE_KIND_MOBILE: self = .mobile
    case CALLBACK_PHONE_KIND_FIXED_LINE_OR_MOBILE: self = .fixedLineOrMobile
    case CALLBACK_PHONE_KIND_TOLL_FREE: self = .tollFree
    case CALLBACK_PHONE_KIND_PREMIUM_RATE: self = .premiumRate
    case CALLBACK_PHONE_KIND_SHARED_COST: self = .sharedCost
    case CALLBACK_PHONE_KIND_VOIP: self = .voip
    case CALLBACK_PHONE_KIND_PERSONAL: self = .personal
    case CALLBACK_PHONE_KIND_PAGER: self = .pager
    case CALLBACK_PHONE_KIND_UAN: self = .universalAccess
    case CALLBACK_PHONE_KIND_VOICEMAIL: self = .voicemail
    default: self = .unknown
    }
  }
}
