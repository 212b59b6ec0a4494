import CallbackMessages
import ScriptedDaemon
import Testing
import UnixRPC

@testable import CallbackClient

@Suite("Streams")
struct StreamTests {
  @Test("outcomes go on after the last token when the stream is interrupted")
  func resume() async throws {
    let starts = Recorded<V1.WatchOutcomesRequest.From?>()
    let interruptions = Recorded<CallbackError>()
    try await ScriptedDaemon.run { router in
      router.stream(CallbackServiceMethods.watchOutcomes) { request, responses in
        let opening = starts.add(request.from)
        try await responses.send(Self.outcome("\(opening)a"))
        try await responses.send(Self.outcome("\(opening)b"))
        throw RPCError.refusal(.unavailable, "stopping", reason: "STOPPING")
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket, configuration: .quick)
      var tokens: [String] = []
      for try await message in client.watchOutcomes(
        from: .since(milliseconds: 5_000), interruption: { interruptions.add($0) })
      {
        tokens.append(message.resumeToken)
        if tokens.count == 5 { break }
      }
      #expect(tokens == ["1a", "1b", "2a", "2b", "3a"])
      #expect(
        starts.all == [
          .since(GoogleProtobuf.Timestamp(seconds: 5)), .resumeToken("1b"), .resumeToken("2b"),
        ])
      #expect(interruptions.all.map(\.reason) == [.stopping, .stopping])
      await client.close()
    }
  }

  @Test("a slow reader goes on where it was cut off")
  func slowReader() async throws {
    let starts = Recorded<V1.WatchOutcomesRequest.From?>()
    try await ScriptedDaemon.run { router in
      router.stream(CallbackServiceMethods.watchOutcomes) { request, responses in
        let opening = starts.add(request.from)
        try await responses.send(Self.outcome("\(opening)"))
        throw RPCError.refusal(.resourceExhausted, "too slow", reason: "SLOW_READER")
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket, configuration: .quick)
      var tokens: [String] = []
      for try await message in client.watchOutcomes() {
        tokens.append(message.resumeToken)
        if tokens.count == 2 { break }
      }
      #expect(tokens == ["1", "2"])
      #expect(starts.all == [nil, .resumeToken("1")])
      await client.close()
    }
  }

  @Test("a token that is too old ends the stream with its reason")
  func tooOld() async throws {
    try await ScriptedDaemon.run { router in
      router.stream(CallbackServiceMethods.watchOutcomes) { _, _ in
        throw RPCError.refusal(
          .outOfRange, "pruned", reason: "TOKEN_TOO_OLD",
          detail: V1.ResumeInfo(earliestToken: "T9"))
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket, configuration: .quick)
      let error = await #expect(throws: CallbackError.self) {
        for try await _ in client.watchOutcomes(from: .token("T1")) {}
      }
      #expect(error?.reason == .tokenTooOld)
      #expect(error?.detail == .resume(V1.ResumeInfo(earliestToken: "T9")))
      await client.close()
    }
  }

  @Test("a stream that never opened is not opened again")
  func neverOpened() async throws {
    let client = CallbackClient(socket: "/tmp/nobody-listens-here.sock", configuration: .quick)
    let error = await #expect(throws: CallbackError.self) {
      for try await _ in client.watchOffers(agents: ["alice"]) {}
    }
    #expect(error?.isUnreachable == true)
    await client.close()
  }

  @Test("alerts go on with a new snapshot after a restart, in the same session")
  func offersAfterRestart() async throws {
    let sessions = Recorded<String>()
    let script: @Sendable (inout RPCRouter) -> Void = { router in
      router.stream(CallbackServiceMethods.watchOffers) { request, responses in
        sessions.add(request.sessionID)
        try await responses.send(V1.WatchOffersResponse(event: .synced(V1.Synced())))
        // Open until the daemon stops.
        try await Task.sleep(for: .seconds(600))
      }
    }
    try await ScriptedDaemon.withDirectory { directory in
      let first = try await ScriptedDaemon.start(directory + "/s", in: directory, script)
      let client = CallbackClient(socket: first.socket, configuration: .quick)
      var stream = client.watchOffers(agents: ["alice"], session: "desk").makeAsyncIterator()
      let before = try await stream.next()
      #expect(before?.event == .synced(V1.Synced()))
      await first.stop()
      let second = try await ScriptedDaemon.start(directory + "/s", in: directory, script)
      let after = try await stream.next()
      #expect(after?.event == .synced(V1.Synced()))
      #expect(sessions.all == ["desk", "desk"])
      await client.close()
      await second.stop()
    }
  }

  private static func outcome(_ token: String) -> V1.WatchOutcomesResponse {
    V1.WatchOutcomesResponse(resumeToken: token, event: .outcome(V1.OutcomeEvent()))
  }
}
