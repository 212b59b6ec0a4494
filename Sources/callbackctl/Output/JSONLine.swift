import ProtobufC

extension WireMessage {
  /// The message as one line by protobuf's JSON mapping.
  func jsonLine() throws -> String {
    do throws(JSONError) {
      return try json()
    } catch {
      throw Failure("the answer has no JSON form: \(error)")
    }
  }
}
