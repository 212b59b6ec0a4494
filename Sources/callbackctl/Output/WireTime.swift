import CallbackClient
import CallbackMessages

extension Moment {
  /// The instant that a message carries.
  init(_ timestamp: GoogleProtobuf.Timestamp) {
    self.init(milliseconds: timestamp.milliseconds)
  }

  /// The instant that a message carries, nil where it carries none.
  init?(_ timestamp: GoogleProtobuf.Timestamp?) {
    guard let timestamp else { return nil }
    self.init(timestamp)
  }

  /// The instant for a message.
  var wire: GoogleProtobuf.Timestamp { GoogleProtobuf.Timestamp(milliseconds: milliseconds) }
}
