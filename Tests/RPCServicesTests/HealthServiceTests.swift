import Logging
import NIOCore
import ProtobufC
import RPCMessages
import RPCServices
import TestSupport
import Testing
import UnixRPC

@Suite("Health")
struct HealthServiceTests {
  typealias Status = HealthV1.HealthCheckResponse.ServingStatus

  /// A server of the health service alone, and a client.
  private func run(
    _ body: (HealthService, RPCClient, RPCServer) async throws -> Void
  ) async throws {
    let folder = TemporaryDirectory()
    let health = HealthService(services: ["a.A", "b.B"])
    var router = RPCRouter()
    health.register(on: &router)
    let server = RPCServer(
      configuration: .init(path: folder.file("s")), router: router,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await server.start()
    let client = RPCClient(path: folder.file("s"))
    do { try await body(health, client, server) } catch { Issue.record(error) }
    await client.shutdown(cancellingCalls: true)
    await server.shutdown(drainLimit: .zero)
  }

  private func request(_ service: String) -> ByteBuffer {
    ByteBuffer(packing: HealthV1.HealthCheckRequest(service: service))
  }

  private func status(_ buffer: ByteBuffer?) throws -> Status? {
    try buffer?.message(HealthV1.HealthCheckResponse.self, limits: .standard).status
  }

  /// The next status of a stream.
  private func next(_ stream: inout RPCResponseStream.Iterator) async throws -> Status? {
    try status(try await stream.next())
  }

  private func current(_ service: String, _ client: RPCClient) async throws -> Status? {
    try status(try await client.unary("/grpc.health.v1.Health/Check", request(service)).message)
  }

  private func expect(_ wanted: Status, of service: String, _ client: RPCClient) async throws {
    let found = try await current(service, client)
    #expect(found == wanted)
  }

  private func expect(
    _ wanted: Status, from stream: inout RPCResponseStream.Iterator
  ) async throws {
    let found = try await next(&stream)
    #expect(found == wanted)
  }

  @Test("nothing serves until it is said; then each service, and the server as a whole")
  func check() async throws {
    try await run { health, client, _ in
      try await expect(.notServing, of: "", client)
      try await expect(.notServing, of: "b.B", client)
      #expect(!health.isServing)
      health.set(serving: true)
      health.set("b.B", serving: false)
      health.set("unknown", serving: true)
      try await expect(.serving, of: "", client)
      try await expect(.serving, of: "a.A", client)
      try await expect(.notServing, of: "b.B", client)
      var code: RPCCode?
      do { _ = try await current("unknown", client) } catch { code = (error as? RPCError)?.code }
      #expect(code == .notFound)
      health.stop()
      health.set(serving: true)
      try await expect(.notServing, of: "", client)
    }
  }

  @Test("watching tells the status, then each change, and nothing that is none")
  func watch() async throws {
    try await run { health, client, _ in
      let path = "/grpc.health.v1.Health/Watch"
      var known = try await client.serverStream(path, request("a.A")).makeAsyncIterator()
      var unknown = try await client.serverStream(path, request("c.C")).makeAsyncIterator()
      try await expect(.notServing, from: &known)
      try await expect(.serviceUnknown, from: &unknown)
      health.set("b.B", serving: true)
      health.set("a.A", serving: true)
      health.set("a.A", serving: true)
      health.set("a.A", serving: false)
      try await expect(.serving, from: &known)
      try await expect(.notServing, from: &known)
    }
  }

  @Test("whoever watches a server that stops is told, and does not hold it up")
  func drain() async throws {
    try await run { health, client, server in
      health.set(serving: true)
      let path = "/grpc.health.v1.Health/Watch"
      var stream = try await client.serverStream(path, request("")).makeAsyncIterator()
      try await expect(.serving, from: &stream)
      async let stopped: Void = server.shutdown(drainLimit: .seconds(60))
      try await expect(.notServing, from: &stream)
      var code: RPCCode?
      do { _ = try await stream.next() } catch { code = (error as? RPCError)?.code }
      #expect(code == .unavailable)
      await client.shutdown()
      await stopped
    }
  }

  @Test("bytes that are no request are refused")
  func malformed() async throws {
    try await run { _, client, _ in
      var code: RPCCode?
      do {
        _ = try await client.unary("/grpc.health.v1.Health/Check", ByteBuffer(bytes: [0x0a, 9]))
      } catch {
        code = (error as? RPCError)?.code
      }
      #expect(code == .invalidArgument)
    }
  }
}
