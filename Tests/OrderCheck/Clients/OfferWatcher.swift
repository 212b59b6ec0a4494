import CallbackClient
import CallbackMessages
import FoundationEssentials
import ProtobufC

/// Keeps an agent's offers stream open, which is what makes the agent present, and records every
/// message of it.
struct OfferWatcher: Sendable {
  let agent: String
  let session: String
  var client: RecordingClient
  let recorder: Recorder

  /// Watches until the task is cancelled; after an interruption it watches anew.
  func run() async throws {
    var client = client
    let request = V1.WatchOffersRequest(sessionID: session, agentIDs: [agent])
    let bytes = Data(request.serialized())
    while !Task.isCancelled {
      let began = Recorder.now()
      let (index, daemon) = client.daemon
      do throws(CallbackError) {
        for try await message in try await daemon.stream(
          CallbackServiceMethods.watchOffers, request)
        {
          let operation = recorder.begin(
            Operation(
              client: client.number, daemon: index,
              method: CallbackServiceMethods.watchOffers.path, request: bytes, began: began))
          recorder.end(operation, .answered(Data(message.serialized())))
        }
      } catch {
        // The daemon was killed, or another stream of the session has taken over.
        client.moveOn()
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
