import CallbackCore
import CallbackMessages
import CallbackWire
import Synchronization
import UnixRPC

/// One open stream of a telephony connector.
///
/// The welcome comes first, whatever the engine has for the connector in the same moment: what is
/// sent before it waits.
final class DialStream: Sendable {
  typealias Message = V1.DialResponse.Message

  private struct State {
    var isWelcomed = false
    var early: [(Message, UInt64)] = []
    var lastHeard = ContinuousClock.now
  }

  /// The connector.
  let dialer: DialerID
  /// Tells this stream from others of the same connector.
  let number: StreamID
  private let responses: MessageWriter<V1.DialResponse>
  private let state = Mutex(State())

  init(dialer: DialerID, number: StreamID, responses: MessageWriter<V1.DialResponse>) {
    self.dialer = dialer
    self.number = number
    self.responses = responses
  }

  /// Sends the first messages, then what came before them.
  func welcome(_ first: [Message], at position: UInt64) {
    state.withLock { state in
      for message in first { write(message, position) }
      for (message, position) in state.early { write(message, position) }
      state.early = []
      state.isWelcomed = true
    }
  }

  /// Sends a message, after the welcome; ends a stream whose reader is too slow.
  func send(_ message: Message, at position: UInt64) {
    state.withLock { state in
      if state.isWelcomed {
        write(message, position)
      } else {
        state.early.append((message, position))
      }
    }
  }

  /// Ends the stream.
  func finish(_ refusal: Refusal) { responses.finish(refusal, discarding: true) }

  /// Notes that the connector has said something.
  func heard() { state.withLock { $0.lastHeard = .now } }

  /// Since when the connector is silent.
  var silentSince: ContinuousClock.Instant { state.withLock { $0.lastHeard } }

  private func write(_ message: Message, _ position: UInt64) {
    let response = V1.DialResponse(logPosition: position, message: message)
    // A connector repeats what was not acknowledged when it comes back, so nothing is lost.
    if case .full = responses.offer(response) { finish(.slowReader(resumeToken: "")) }
  }
}

extension Refusal {
  /// A connector has said nothing for too long.
  static let connectorSilent = Refusal(
    .aborted, .streamSilent, "The connector was silent for three heartbeats; attach again.")
}
