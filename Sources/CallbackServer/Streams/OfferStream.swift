import CallbackCore
import CallbackMessages
import CallbackWire
import NIOCore
import UnixRPC

/// One open offers stream: a desktop's view of its agents.
struct OfferStream: Sendable {
  /// The desktop.
  let session: SessionID
  /// Tells this stream from others of the same session.
  let number: StreamID
  /// The agents at the desktop, sorted.
  let agents: [AgentID]
  /// Where its messages go.
  let responses: MessageWriter<V1.WatchOffersResponse>

  /// Sends a message; ends a stream whose reader is too slow.
  ///
  /// A desktop that comes back begins with the state as it is then, so nothing is lost.
  ///
  /// - Returns: whether the stream goes on.
  func send(_ packed: ByteBuffer) -> Bool {
    switch responses.offer(packed: packed) {
    case .accepted: return true
    case .closed: return false
    case .full:
      responses.finish(.slowReader(resumeToken: ""), discarding: true)
      return false
    }
  }
}

extension Refusal {
  /// The reader of a stream is too slow.
  ///
  /// - Parameter resumeToken: where to go on; empty where a new stream begins with the state.
  static func slowReader(resumeToken: String) -> Refusal {
    Refusal(
      .resourceExhausted, .slowReader, "The stream's reader is too slow; open the stream again.",
      detail: .resume(.init(resumeToken: resumeToken)))
  }

  /// A newer stream has taken the place of this one.
  static let streamReplaced = Refusal(
    .aborted, .streamReplaced, "A newer stream of the same name has ended this one.")

  /// The hosts that share the log took this one for gone, and ended its streams.
  static let streamDropped = Refusal(
    .unavailable, .streamDropped, "The stream was dropped by another host; open it again.",
    detail: .retry(.init(retryDelay: GoogleProtobuf.Duration(retryDelay))))
}
