import Glibc
import NIOCore
import Testing
import UnixRPC

@Suite("A server's socket")
struct SocketTests {
  private func server(_ path: String, mode: UInt32 = 0o600) -> RPCServer {
    var configuration = RPCServerConfiguration(path: path)
    configuration.socketMode = mode
    var router = RPCRouter()
    router.immediate("/t.T/Echo") { request, _ in request }
    return RPCServer(configuration: configuration, router: router, logger: TestServer.quiet)
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  private func startError(_ server: RPCServer) async -> RPCServerError? {
    do {
      try await server.start()
      return nil
    } catch {
      return error as? RPCServerError
    }
  }

  @Test("has the mode asked for, whatever the umask takes away", arguments: [0o600, 0o660, 0o666])
  func modes(mode: UInt32) async throws {
    try await TestServer.withDirectory { directory in
      let server = server(directory + "/s", mode: mode)
      try await server.start()
      #expect(self.mode(directory + "/s") == mode)
      await server.shutdown()
      #expect(self.mode(directory + "/s") == 0)
    }
  }

  @Test("belongs to one server: a second one refuses to start")
  func second() async throws {
    try await TestServer.withDirectory { directory in
      let first = server(directory + "/s")
      try await first.start()
      #expect(await startError(server(directory + "/s")) == .alreadyRunning(directory + "/s"))
      let client = RPCClient(path: directory + "/s")
      #expect(try await client.call("/t.T/Echo", "x") == "x")
      await client.shutdown()
      await first.shutdown()
      let third = server(directory + "/s")
      try await third.start()
      await third.shutdown()
    }
  }

  @Test("that somebody listens on without a lock is left alone")
  func served() async throws {
    try await TestServer.withDirectory { directory in
      let first = server(directory + "/s")
      try await first.start()
      unlink(directory + "/s.lock")
      #expect(await startError(server(directory + "/s")) == .alreadyRunning(directory + "/s"))
      let client = RPCClient(path: directory + "/s")
      let answer = try await client.call("/t.T/Echo", "x")
      #expect(answer == "x")
      await client.shutdown()
      await first.shutdown()
    }
  }

  @Test("that a killed server left behind is replaced")
  func stale() async throws {
    try await TestServer.withDirectory { directory in
      // A bound socket whose file stays after its descriptor is closed, as after kill -9.
      let path = directory + "/s"
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(bound == 0)
      close(dead)
      let server = server(path)
      try await server.start()
      let client = RPCClient(path: path)
      #expect(try await client.call("/t.T/Echo", "x") == "x")
      await client.shutdown()
      await server.shutdown()
    }
  }

  @Test("does not replace what is no socket")
  func file() async throws {
    try await TestServer.withDirectory { directory in
      close(open(directory + "/s", O_CREAT | O_WRONLY, 0o600))
      #expect(await startError(server(directory + "/s")) == .notASocket(directory + "/s"))
      #expect(access(directory + "/s", F_OK) == 0)
    }
  }

  @Test("has a path of at most 107 bytes, in the file system")
  func paths() async throws {
    let long = "/tmp/" + String(repeating: "a", count: 103)
    #expect(await startError(server(long)) == .pathTooLong(long, bytes: 108))
    #expect(await startError(server("@abstract")) == .invalidPath("@abstract"))
    #expect(await startError(server("\u{0}abstract")) == .invalidPath("\u{0}abstract"))
    #expect(await startError(server("")) == .invalidPath(""))
    let client = RPCClient(path: long)
    let error = await rpcError { _ = try await client.unary("/t.T/Echo", message("")) }
    #expect(error?.isUnreachable == true)
  }

  @Test("tells the server who calls")
  func peer() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Who") { _, call in
        message("\(call.peer.uid) \(call.peer.gid) \(call.peer.pid)")
      }
    } _: { test in
      let who = try await test.client.call("/t.T/Who", "")
      #expect(who == "\(geteuid()) \(getegid()) \(getpid())")
    }
  }

  @Test("refuses peers and calls by the server's hooks")
  func hooks() async throws {
    try await TestServer.run {
      $0.authorize = { path in
        { peer in
          path == "/t.T/Closed" ? RPCError(.permissionDenied, "not for \(peer.uid)") : nil
        }
      }
    } methods: {
      $0.immediate("/t.T/Open") { request, _ in request }
      $0.immediate("/t.T/Closed") { request, _ in request }
    } _: { test in
      let open = try await test.client.call("/t.T/Open", "x")
      #expect(open == "x")
      let error = await rpcError { _ = try await test.client.unary("/t.T/Closed", message("")) }
      #expect(error?.code == .permissionDenied)
      #expect(error?.message == "not for \(geteuid())")
    }
    try await TestServer.run {
      $0.accept = { _ in RPCError(.permissionDenied, "nobody") }
    } methods: {
      $0.immediate("/t.T/Open") { request, _ in request }
    } _: { test in
      let error = await rpcError { _ = try await test.client.unary("/t.T/Open", message("")) }
      #expect(error?.code == .permissionDenied)
      #expect(test.server.metrics.refusedConnections == 1)
    }
  }

  @Test("is drained on shutdown: running calls end, streams are told")
  func drain() async throws {
    let started = Signal<RPCReply>()
    try await TestServer.withDirectory { directory in
      var router = RPCRouter()
      router.deferred("/t.T/Slow") { _, _, reply in started.send(reply) }
      router.push("/t.T/Subscribe") { _, call, responses in
        responses.offer(message("hello"))
        call.onDrain { responses.finish(RPCError(.unavailable, "resume at 7")) }
      }
      let server = RPCServer(
        configuration: .init(path: directory + "/s"), router: router, logger: TestServer.quiet)
      try await server.start()
      let client = RPCClient(path: directory + "/s")
      let stream = try await client.serverStream("/t.T/Subscribe", message(""))
      var iterator = stream.makeAsyncIterator()
      #expect(try await iterator.next().map(text) == "hello")
      async let slow = client.call("/t.T/Slow", "")
      let reply = await started.wait()
      async let stopped: Void = server.shutdown(drainLimit: .seconds(20))
      let error = await rpcError { _ = try await iterator.next() }
      #expect(error?.message == "resume at 7")
      reply.succeed(message("done"))
      let answer = try await slow
      #expect(answer == "done")
      await stopped
      await client.shutdown()
    }
  }
}
