public import CallbackCore
public import ProtobufC

/// Tells a repetition of a request from another request with the same id.
public enum RequestFingerprint {
  /// 128 bits of what is asked for.
  ///
  /// The packed form is canonical: protobuf-c writes the known fields in the order of their numbers.
  ///
  /// - Parameters:
  ///   - request: the request without its request id.
  ///   - path: the method's path: the same id for another method is another request.
  public static func of(_ request: some WireMessage, path: String) -> Fingerprint {
    var hash = StableHash()
    hash.combine(Array(path.utf8))
    hash.combine(request.serialized())
    return Fingerprint(high: hash.high, low: hash.low)
  }

  /// 128 bits of a user and the id that the user gave a request, for where the id itself is not to
  /// be kept.
  public static func of(_ key: RequestKey) -> Fingerprint {
    var hash = StableHash()
    hash.combine(UInt64(key.user.userID))
    hash.combine(Array(key.id.utf8))
    return Fingerprint(high: hash.high, low: hash.low)
  }
}
