import CallbackCore
import CallbackMessages
import CallbackWire
import ProtobufC

extension RepeatableRequest {
  /// What makes the request repeatable for a user; nil without a request id.
  func key(for user: Actor) throws(FieldError) -> RequestKey? {
    let id = try Field.text(requestID, "request_id", atMost: FieldLimits.requestIDBytes)
    return id.isEmpty ? nil : RequestKey(user: user, id: id)
  }

  /// What the request asks for, apart from its id.
  func fingerprint(path: String) -> Fingerprint {
    var content = self
    content.requestID = ""
    return RequestFingerprint.of(content, path: path)
  }
}
