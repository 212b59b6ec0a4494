import CallbackMessages
import CallbackWire
import ProtobufC
import Testing
import UnixRPC

@testable import CallbackServer

@Suite("Methods of the contract")
struct MethodTableTests {
  @Test("every method that the daemon serves has a handler")
  func handlers() async throws {
    try await TestService.run { service in
      for method in CallbackServer.methods where method.kind == .unary {
        let request = method.requestType.init()
        let code = await code(of: request, method, service)
        #expect(code != .unimplemented && code != .internal && code != .unknown, "\(method.path)")
      }
    }
  }

  @Test("every method that changes something carries a request id")
  func requestIDs() {
    for method in CallbackServer.methods where method.mutates {
      #expect(method.requestType.init() is any RepeatableRequest, "\(method.path)")
    }
    for method in CallbackServer.methods where !method.mutates {
      #expect(!(method.requestType.init() is any RepeatableRequest), "\(method.path)")
    }
  }

  @Test("a malformed message is INVALID_ARGUMENT for every unary method")
  func malformed() async throws {
    try await TestService.run { service in
      for method in CallbackServer.methods where method.kind == .unary {
        let error = await #expect(throws: RPCError.self, "\(method.path)") {
          try await service.client.unary(method.path, .init(bytes: [0x0a, 0x7f, 0x01]))
        }
        #expect(error?.code == .invalidArgument, "\(method.path)")
        #expect(error?.refusal?.reason == .malformedMessage, "\(method.path)")
      }
    }
  }

  private func code(
    of request: any WireMessage, _ method: any AnyRPCMethod, _ service: TestService
  ) async -> RPCCode {
    do {
      _ = try await service.client.unary(method.path, .init(bytes: request.serialized()))
      return .ok
    } catch {
      return error.code
    }
  }
}
