import ScriptedDaemon
import Testing
import UnixRPC

@testable import CallbackClient
@testable import CallbackMessages

@Suite("Calls")
struct CallTests {
  @Test("a changing request without an id gets one")
  func requestID() async throws {
    let seen = Recorded<V1.RequestCallbackRequest>()
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.requestCallback) { request in
        seen.add(request)
        return V1.RequestCallbackResponse(callbackID: "C", disposition: .created)
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket)
      let taken = try await client.requestCallback(
        V1.RequestCallbackRequest(callerNumber: "5105550123"))
      #expect(taken.callbackID == "C")
      #expect(seen.all.map(\.callerNumber) == ["5105550123"])
      #expect(seen.all.map(\.requestID.count) == [26])
      await client.close()
    }
  }

  @Test("an id that was given is kept")
  func givenID() async throws {
    let request = V1.CancelCallbackRequest(requestID: "mine", callbackID: "C")
    let client = CallbackClient(socket: "/nowhere")
    #expect(client.identified(request) == request)
    await client.close()
  }

  @Test("a call that ends as UNAVAILABLE is repeated with the same id")
  func repetition() async throws {
    let seen = Recorded<String>()
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.cancelCallback) { request in
        guard seen.add(request.requestID) == 3 else {
          throw RPCError.refusal(.unavailable, "the log is away", reason: "LOG_UNAVAILABLE")
        }
        return V1.CancelCallbackResponse(disposition: .cancelled)
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket, configuration: .quick)
      let disposition = try await client.cancelCallback("C")
      #expect(disposition == .cancelled)
      #expect(seen.all.count == 3)
      #expect(Set(seen.all).count == 1)
      await client.close()
    }
  }

  @Test("a method is repeated only where its proto says that it is idempotent")
  func idempotency() async throws {
    let calls = Recorded<String>()
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.getCallback) { request in
        calls.add(request.callbackID)
        throw RPCError.refusal(.unavailable, "the log is away", reason: "LOG_UNAVAILABLE")
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket, configuration: .quick)
      let says = CallbackServiceMethods.getCallback
      // The same method, as a proto would describe it that does not say so.
      let saysNot = RPCMethod<V1.GetCallbackRequest, V1.GetCallbackResponse>(
        service: says.service, name: says.name, kind: says.kind, roles: says.roles,
        mutates: says.mutates, isIdempotent: false, reasons: says.reasons, summary: says.summary)
      await #expect(throws: CallbackError.self) {
        try await client.call(saysNot, V1.GetCallbackRequest(callbackID: "once"))
      }
      let packed = V1.GetCallbackRequest(callbackID: "once").serialized()
      await #expect(throws: CallbackError.self) {
        try await client.call(saysNot, packed: packed)
      }
      #expect(calls.all == ["once", "once"])
      await #expect(throws: CallbackError.self) {
        try await client.call(says, V1.GetCallbackRequest(callbackID: "often"))
      }
      #expect(calls.all.count == 2 + CallbackClient.Configuration.quick.retry.attempts)
      await client.close()
    }
  }

  @Test("a method that changes something is idempotent by its request id, one that reads always")
  func idempotentMethods() {
    let methods: [any AnyRPCMethod] =
      CallbackServiceMethods.all + AdminServiceMethods.all + CrmServiceMethods.all
    for method in methods where method.kind == .unary {
      #expect(method.isIdempotent, "\(method.path)")
      #expect(!method.mutates || method.requestType is any RepeatableRequest.Type, "\(method.path)")
    }
    for method in methods where method.kind != .unary {
      #expect(!method.isIdempotent, "\(method.path)")
    }
  }

  @Test("a refusal is not repeated")
  func refusal() async throws {
    let seen = Recorded<String>()
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.cancelCallback) { request in
        seen.add(request.callbackID)
        throw RPCError.refusal(.notFound, "no such callback", reason: "CALLBACK_NOT_FOUND")
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket, configuration: .quick)
      await #expect(throws: CallbackError.self) { try await client.cancelCallback("C") }
      #expect(seen.all.count == 1)
      await client.close()
    }
  }

  @Test("without a daemon the error names what the system says, at once")
  func unreachable() async throws {
    let client = CallbackClient(socket: "/tmp/nobody-listens-here.sock", configuration: .quick)
    let error = await #expect(throws: CallbackError.self) { try await client.callback("C") }
    #expect(error?.isUnreachable == true)
    #expect(error?.code == .unavailable)
    await client.close()
  }

  @Test("a call that takes longer than allowed ends as such")
  func timeout() async throws {
    try await ScriptedDaemon.run { router in
      router.deferred(CallbackServiceMethods.getCallback.path) { _, call, reply in
        call.onEnd { reply.fail(RPCError(.cancelled)) }
      }
    } _: { daemon in
      let client = CallbackClient(
        socket: daemon.socket, configuration: .init(timeout: .milliseconds(50)))
      let error = await #expect(throws: CallbackError.self) { try await client.callback("C") }
      #expect(error?.code == .deadlineExceeded)
      await client.close()
    }
  }

  @Test("a listing is read page by page")
  func pages() async throws {
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.listCallbacks) { request in
        let page = Int(request.pageToken) ?? 0
        return V1.ListCallbacksResponse(
          callbacks: [V1.Callback(callbackID: "C\(page)", queueID: request.queueID)],
          nextPageToken: page < 2 ? String(page + 1) : "")
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket)
      var ids: [String] = []
      for try await page in client.callbacks(V1.ListCallbacksRequest(queueID: "sales")) {
        ids += page.callbacks.map { "\($0.callbackID) \($0.queueID)" }
      }
      #expect(ids == ["C0 sales", "C1 sales", "C2 sales"])
      await client.close()
    }
  }

  @Test("an answer that is no message of its type is an error of its own")
  func malformed() async throws {
    try await ScriptedDaemon.run { router in
      router.unary(CallbackServiceMethods.getCallback.path) { request, _ in
        var answer = request
        answer.clear()
        answer.writeBytes([0xFF, 0xFF, 0xFF])
        return answer
      }
    } _: { daemon in
      let client = CallbackClient(socket: daemon.socket)
      let error = await #expect(throws: CallbackError.self) { try await client.callback("C") }
      #expect(error?.cause == .malformedAnswer)
      await client.close()
    }
  }
}

extension CallbackClient.Configuration {
  /// Repeats without noticeable waits.
  static var quick: Self {
    Self(
      timeout: nil,
      retry: RetryPolicy(
        attempts: 4, firstDelay: .milliseconds(1), longestDelay: .milliseconds(2)))
  }
}
