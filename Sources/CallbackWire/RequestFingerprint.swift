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
}
