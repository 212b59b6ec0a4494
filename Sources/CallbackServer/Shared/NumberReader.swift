import CallbackCore
import CallbackWire
import CallerDirectory

/// Reads telephone numbers of requests in the region that belongs to them.
struct NumberReader: Sendable {
  /// The region where nothing else says one.
  let defaultRegion: PhoneRegion
  /// The locations' regions.
  let mirror: ConfigurationMirror

  /// The region of a location, else the default.
  func region(of location: LocationID?) -> PhoneRegion {
    guard let code = mirror.place(location)?.region, !code.isEmpty else { return defaultRegion }
    return (try? PhoneRegion(code)) ?? defaultRegion
  }

  /// The region that a request names, else that of its location, else the default.
  func region(
    _ code: String, _ path: String, location: LocationID? = nil
  ) throws(FieldError) -> PhoneRegion {
    guard !code.isEmpty else { return region(of: location) }
    let checked = try Field.region(code, path)
    do throws(PhoneNumberError) {
      return try PhoneRegion(checked)
    } catch {
      throw FieldError(path, .invalid("must be a region with a numbering plan"))
    }
  }

  /// A number that must be one.
  func number(
    _ text: String, _ path: String, in region: PhoneRegion
  ) throws(FieldError) -> PhoneNumber {
    let given = try Field.requiredText(text, path, atMost: FieldLimits.numberBytes)
    do throws(PhoneNumberError) {
      return try PhoneNumberParser.parse(given, in: region)
    } catch {
      throw FieldError(path, .impossibleNumber)
    }
  }

  /// A number that may be left out.
  func optionalNumber(
    _ text: String, _ path: String, in region: PhoneRegion
  ) throws(FieldError) -> PhoneNumber? {
    text.isEmpty ? nil : try number(text, path, in: region)
  }

  /// The number that is to be called back, with what the guards need to know of it.
  func reading(
    _ text: String, _ path: String, in region: PhoneRegion
  ) throws -> NumberReading {
    guard !text.isEmpty else { return .none }
    let given = try Field.text(text, path, atMost: FieldLimits.numberBytes)
    do throws(PhoneNumberError) {
      let number = try PhoneNumberParser.parse(given, in: region)
      // Emergency numbers are none to the parser.
      let isPremium = PhoneNumberParser.kind(number.line) == .premiumRate
      return .number(number, kind: isPremium ? .premiumRate : .ordinary)
    } catch {
      switch error {
      case .emergency: throw Rejection.refused(.emergencyNumber)
      default: return .impossible(asGiven: given)
      }
    }
  }
}
