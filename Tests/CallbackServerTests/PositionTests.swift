import CallbackMessages
import CallbackWire
import ProtobufC
import Testing

@testable import CallbackServer

/// CONTRACT, decision 11.
@Suite("The position of an answer over the socket")
struct PositionTests {
  typealias Methods = CallbackServiceMethods

  /// Methods whose answers do not speak of the log's state: directories, files and items that have
  /// positions of their own.
  private static let elsewhere: Set = [
    "ResolveCaller", "SearchRecords", "GetRecord", "ImportDirectory", "ExportDirectory", "Backup",
    "ReloadConfiguration", "ReportOutcomes",
  ]

  @Test("is in the answers of every method that speaks of the log's state")
  func everyAnswer() {
    for method in CallbackServer.methods where method.service.hasPrefix("callback.v1.") {
      let fields = method.responseType.descriptor.fields.map(\.name)
      #expect(
        fields.contains("log_position") != Self.elsewhere.contains(method.name), "\(method.path)")
    }
  }

  @Test("is in what the rules refuse: commands, reads and streams")
  func refusals() async throws {
    try await TestService.run { service in
      try await service.configure()
      let taken = try await service.request()
      let unknown = String(repeating: "0", count: 26)
      let refusals = [
        await service.refusal(Methods.cancelCallback, .init(callbackID: unknown)),
        await service.refusal(Methods.acceptOffer, .init(offerID: unknown, agentID: "anna")),
        await service.refusal(Methods.getAgent, .init(agentID: "nobody")),
        await service.refusal(Methods.getCallback, .init(callbackID: unknown)),
        await service.refusal(
          Methods.startLead, .init(name: "Ada", number: "2125550123", attemptID: unknown)),
        try await service.stream(
          Methods.watchOffers, .init(sessionID: "desk", agentIDs: ["nobody"])
        ).end(),
      ]
      for refusal in refusals {
        #expect(refusal?.metadata[Refusal.positionKey] == "\(taken.logPosition)")
      }
    }
  }

  @Test("is not in what is refused without the rules")
  func otherRefusals() async throws {
    try await TestService.run { service in
      let refusal = await service.refusal(Methods.cancelCallback, .init())
      #expect(refusal?.reason == .fieldMissing || refusal?.reason == .fieldInvalid)
      #expect(refusal?.metadata[Refusal.positionKey] == nil)
    }
  }
}
