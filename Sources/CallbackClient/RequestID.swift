/// Names of requests, so that repeating one is harmless.
///
/// A daemon keeps the answer of every changing request under its id for 24 hours: the same request
/// with the same id gets the same answer and changes nothing a second time.
public enum RequestID {
  /// A new id: 26 characters out of 130 random bits.
  public static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return make(using: &generator)
  }

  /// A new id out of the given randomness.
  public static func make(using generator: inout some RandomNumberGenerator) -> String {
    String((0..<26).map { _ in alphabet.randomElement(using: &generator)! })
  }

  /// Crockford's base 32: no letters that are mistaken for digits.
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
}
