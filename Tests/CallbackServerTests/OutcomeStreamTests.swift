import CallbackMessages
import CallbackWire
import Testing

@Suite("Outcomes over the socket")
struct OutcomeStreamTests {
  typealias Methods = CallbackServiceMethods

  /// Cancels a new callback, which is an outcome.
  private func cancelOne(_ service: TestService, _ number: String) async throws -> String {
    let taken = try await service.request(number)
    _ = try await service.call(
      Methods.cancelCallback, .init(callbackID: taken.callbackID))
    return taken.callbackID
  }

  @Test("a stream goes on from its token, and misses nothing in between")
  func resumed() async throws {
    try await TestService.run { service in
      try await service.configure()
      let first = try await service.stream(Methods.watchOutcomes, .init())
      _ = try await first.next()
      let one = try await cancelOne(service, "2125550101")
      let (event, token) = try await first.first { message -> (V1.OutcomeEvent, String)? in
        guard case .outcome(let event) = message.event else { return nil }
        return (event, message.resumeToken)
      }
      #expect(event.callbackID == one)
      #expect(event.endReason == .cancelled)
      first.cancel()

      let two = try await cancelOne(service, "2125550102")
      let second = try await service.stream(
        Methods.watchOutcomes, .init(from: .resumeToken(token)))
      let next = try await second.first { message -> String? in
        if case .outcome(let event) = message.event { event.callbackID } else { nil }
      }
      #expect(next == two)
    }
  }

  @Test("a filter that matches nothing still brings checkpoints")
  func checkpoints() async throws {
    try await TestService.run { service in
      try await service.configure()
      _ = try await service.call(
        AdminServiceMethods.putQueue, .init(queue: .init(queueID: "another", name: "Another")))
      let stream = try await service.stream(
        Methods.watchOutcomes, .init(queueID: "another"))
      let start = try await stream.next()?.logPosition ?? 0
      _ = try await cancelOne(service, "2125550101")
      let later = try await stream.first { message -> UInt64? in
        guard case .checkpoint = message.event else { return nil }
        return message.logPosition
      }
      #expect(later > start)
    }
  }

  @Test("a token of another log, and one that is none, are refused")
  func foreignTokens() async throws {
    try await TestService.run { service in
      let foreign = ResumeToken(lineage: [UInt8](repeating: 7, count: 16), position: 1)
      let other = try await service.stream(
        Methods.watchOutcomes, .init(from: .resumeToken(foreign.text)))
      #expect(await other.end()?.reason == .tokenForeign)
      let none = try await service.stream(
        Methods.watchOutcomes, .init(from: .resumeToken("xyz")))
      #expect(await none.end()?.reason == .fieldInvalid)
    }
  }
}
