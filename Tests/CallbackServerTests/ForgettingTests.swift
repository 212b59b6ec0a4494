import CallbackCore
import CallbackEngine
import CallbackMessages
import EventLog
import TestSupport
import Testing

@testable import CallbackServer

/// A number of which it is decided that it is forgotten is forgotten, whatever comes between.
@Suite("Forgetting a caller, in the server") struct ForgettingTests {
  private let number = "+12125550123"

  /// Decides as a call does that then comes to no end.
  private func decide(_ service: TestService) async throws {
    _ = try await service.call(
      CallbackServiceMethods.startLead,
      .init(requestID: "lead", name: "Ann", number: number))
    let decided = try await service.engine.decideForgetting(
      number, actor: Actor(userID: 8), key: nil, fingerprint: Fingerprint(high: 1, low: 1),
      request: Fingerprint(high: 1, low: 2))
    #expect(decided.id == 1)
  }

  private func matches(_ service: TestService) async throws -> Int {
    try await service.call(CallbackServiceMethods.resolveCaller, .init(number: number))
      .resolution?.matches.count ?? 0
  }

  private func entries(_ service: TestService) async throws -> [V1.Forgetting] {
    try await service.call(AdminServiceMethods.listForgettings, .init()).forgettings
  }

  @Test("what was decided before a stop is finished by the next start")
  func nextStart() async throws {
    let store = MemoryEventStore()
    let folder = TemporaryDirectory()
    try await TestService.run(store: store, folder: folder) { service in
      try await service.configure()
      try await service.request(number)
      try await decide(service)
      #expect(try await matches(service) == 1)
    }
    try await TestService.run(store: store, folder: folder) { service in
      #expect(try await entries(service).isEmpty)
      var begun = 0
      await service.server.finishForgettings { begun += 1 }
      #expect(begun == 1)
      #expect(try await matches(service) == 0)
      let kept = try await entries(service)
      #expect(kept.map(\.actorUid) == [8])
      #expect(kept.map(\.historyCallbacks) == [1])
      #expect(try await service.engine.unfinishedForgettings().isEmpty)
      await service.server.finishForgettings { begun += 1 }
      #expect(begun == 1)
    }
  }

  @Test("what failed is done by itself after a while")
  func retried() async throws {
    try await TestService.run { service in
      try await service.configure()
      try await decide(service)
      let server = service.server
      let task = Task { await server.retryForgettings(every: .milliseconds(10)) }
      while try await entries(service).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      task.cancel()
      await task.value
      #expect(try await matches(service) == 0)
    }
  }
}
