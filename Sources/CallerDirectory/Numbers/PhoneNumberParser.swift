import CPhoneNumber
import CallbackCore

/// Reads what people write as telephone numbers, in the region of the dialled location.
///
/// Numbers in E.164 and plain national numbers are normalised by the region's numbering plan in
/// well under a microsecond; the others, such as numbers with extensions, by libphonenumber in
/// some tens of them. Both give the same result.
public enum PhoneNumberParser {
  /// The longest text that is looked at, in bytes.
  public static let longestInput = 128

  /// The room for a formatted number with its extension, in bytes; the library writes ASCII.
  private static let longestDisplay = 96

  /// Reads `text` as a number, with the form in which agents in `region` read it.
  ///
  /// - Throws: `PhoneNumberError`, for the reasons given there.
  public static func parse(
    _ text: String, in region: PhoneRegion
  ) throws(PhoneNumberError) -> PhoneNumber {
    let line = try parseLine(text, in: region)
    return PhoneNumber(
      e164: line.e164, extension: line.extension, asGiven: text, display: display(line, in: region))
  }

  /// Reads `text` as a number, without the work of formatting it for display.
  ///
  /// - Throws: `PhoneNumberError`, for the reasons given there.
  public static func parseLine(
    _ text: String, in region: PhoneRegion
  ) throws(PhoneNumberError) -> PhoneNumber.Line {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= longestInput else { throw .inputTooLong }
    // A NUL would end the text early for some, and no control character belongs in a number.
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw .notANumber }
    var text = text
    var line = callback_phone_line()
    let result = text.withUTF8 { bytes in
      callback_phone_parse(
        UnsafeRawBufferPointer(bytes).baseAddress?.assumingMemoryBound(to: CChar.self),
        bytes.count, region.code, &line)
    }
    if let error = PhoneNumberError(result) { throw error }
    return PhoneNumber.Line(line)
  }

  /// The number as agents in `region` read it: in the national format where the region has its
  /// country code, in the international format elsewhere, with its extension.
  public static func display(_ line: PhoneNumber.Line, in region: PhoneRegion) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: longestDisplay) { buffer in
      let count = callback_phone_display(
        line.e164, line.extension, region.code, buffer.baseAddress, buffer.count)
      guard count > 0 else {
        return line.extension.isEmpty ? line.e164 : "\(line.e164) ext. \(line.extension)"
      }
      return String(
        decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]),
        as: UTF8.self)
    }
  }

  /// What the installed metadata knows about a number.
  public static func info(_ line: PhoneNumber.Line) -> PhoneNumberInfo {
    PhoneNumberInfo(callback_phone_describe(line.e164))
  }

  /// What a number is used for, for less than half the work of `info`.
  public static func kind(_ line: PhoneNumber.Line) -> PhoneNumberInfo.Kind {
    PhoneNumberInfo.Kind(callback_phone_type(line.e164))
  }

  /// Whether the number matches a pattern of its region's numbering plan, for the work of `kind`:
  /// such numbers, and no others, are of a known kind.
  public static func isValid(_ line: PhoneNumber.Line) -> Bool { kind(line) != .unknown }
}

extension PhoneNumberError {
  /// What the C face answered; nil for success.
  fileprivate init?(_ result: callback_phone_result) {
    switch result {
    case CALLBACK_PHONE_OK: return nil
    case CALLBACK_PHONE_NOT_A_NUMBER: self = .notANumber
    case CALLBACK_PHONE_UNKNOWN_COUNTRY_CODE: self = .unknownCountryCode
    case CALLBACK_PHONE_TOO_SHORT: self = .tooShort
    case CALLBACK_PHONE_TOO_LONG: self = .tooLong
    case CALLBACK_PHONE_WITHOUT_AREA_CODE: self = .withoutAreaCode
    case CALLBACK_PHONE_IMPOSSIBLE_LENGTH: self = .impossibleLength
    case CALLBACK_PHONE_EXTENSION_TOO_LONG: self = .extensionTooLong
    case CALLBACK_PHONE_EMERGENCY: self = .emergency
    default: self = .libraryFailed
    }
  }
}

extension PhoneNumber.Line {
  /// Copies what the C face wrote: two texts that end with a NUL.
  fileprivate init(_ line: callback_phone_line) {
    self = withUnsafeBytes(of: line) { bytes in
      func text(at offset: Int, room: Int) -> String {
        String(decoding: bytes[offset..<(offset + room)].prefix { $0 != 0 }, as: UTF8.self)
      }
      let ext = MemoryLayout.offset(of: \callback_phone_line.extension) ?? 0
      return PhoneNumber.Line(
        e164: text(at: 0, room: ext), extension: text(at: ext, room: bytes.count - ext))
    }
  }
}
