import CallbackMessages
import Testing

@Suite("A number's history over the socket")
struct HistoryTests {
  typealias Methods = CallbackServiceMethods

  @Test("tells who has the offer, and then the attempt, of a live callback")
  func holder() async throws {
    try await TestService.run { service in
      try await service.configure()
      let desk = try await service.desk()
      let taken = try await service.request()
      let offer = try await desk.offer()
      let offered = try await service.history("2125550123")
      #expect(offered.callback?.callbackID == taken.callbackID)
      #expect(offered.callback?.offerID == offer.offerID)
      #expect(offered.callback?.agentID == "anna")
      let accepted = try await service.call(
        Methods.acceptOffer, .init(offerID: offer.offerID, agentID: "anna"))
      let dialled = try await service.history("2125550123")
      #expect(dialled.callback?.agentID == "anna")
      #expect(dialled.attempts.map(\.attemptID) == [accepted.attempt?.attemptID])
    }
  }
}

extension TestService {
  /// The newest callback of a number.
  fileprivate func history(_ number: String) async throws -> V1.HistoryCallback {
    let response = try await call(
      CallbackServiceMethods.getCallerHistory, .init(number: number))
    guard case .callback(let callback)? = response.entries.first?.entry else {
      return V1.HistoryCallback()
    }
    return callback
  }
}
