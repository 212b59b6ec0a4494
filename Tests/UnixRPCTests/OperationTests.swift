import Foundation
import Glibc
import NIOCore
import Testing

@testable import UnixRPC

@Suite("Operation")
struct OperationTests {
  /// Runs a program and returns its output.
  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// curl as another user, with two supplementary groups.
  private func curlAsNobody(_ socket: String, _ path: String) throws -> String {
    try run(
      "/usr/bin/setpriv",
      [
        "--reuid=65534", "--regid=65534", "--groups=5,60001", "curl", "-s",
        "--http2-prior-knowledge", "--unix-socket", socket, "-w", " %{http_code}",
        "http://localhost\(path)",
      ])
  }

  @Test(
    "another user is told from the daemon's by the kernel, supplementary groups included",
    .enabled(if: geteuid() == 0))
  func otherUser() async throws {
    try await TestServer.run {
      $0.socketMode = 0o666
      $0.accept = { _ in nil }
    } methods: {
      $0.get("/who") { call in
        let peer = call.peer
        let groups = peer.groups.sorted().map(String.init).joined(separator: ",")
        return RPCPage(
          contentType: "text/plain", body: ByteBuffer(string: "\(peer.uid) \(peer.gid) \(groups)"))
      }
    } _: { test in
      chmod(test.directory, 0o755)
      let answer = try curlAsNobody(test.path, "/who")
      #expect(answer == "65534 65534 5,60001 200")
    }
  }

  @Test("another user may not call, unless the server says so", .enabled(if: geteuid() == 0))
  func otherUserRefused() async throws {
    try await TestServer.run {
      $0.socketMode = 0o666
    } methods: {
      $0.get("/healthz") { _ in RPCPage(contentType: "text/plain", body: ByteBuffer()) }
    } _: { test in
      chmod(test.directory, 0o755)
      let answer = try curlAsNobody(test.path, "/healthz")
      #expect(answer == " 403")
      #expect(test.server.metrics.refusedConnections == 1)
    }
  }

  @Test(
    "another user does not even reach a socket that has its usual mode",
    .enabled(if: geteuid() == 0))
  func otherUserUnreachable() async throws {
    try await TestServer.run { _ in
    } _: { test in
      chmod(test.directory, 0o755)
      let answer = try curlAsNobody(test.path, "/healthz")
      #expect(answer == " 000")
      #expect(test.server.metrics.acceptedConnections == 0)
    }
  }

  @Test("pages are served on the socket over plain HTTP/2")
  func pages() async throws {
    try await TestServer.run {
      $0.get("/page") { _ in
        RPCPage(contentType: "text/plain", body: ByteBuffer(repeating: 65, count: 100_000))
      }
    } _: { test in
      let answer = try run(
        "/usr/bin/env",
        [
          "curl", "-s", "--http2-prior-knowledge", "--unix-socket", test.path,
          "http://localhost/page",
        ])
      #expect(answer == String(repeating: "A", count: 100_000))
    }
  }

  @Test("pages are served on loopback over HTTP/1.1, and nowhere else")
  func loopback() async throws {
    let listener = try await RPCPageListener.start(
      host: "127.0.0.1", port: 0,
      pages: [
        "/metrics": { RPCPage(contentType: "text/plain", body: ByteBuffer(string: "up 1\n")) }
      ], logger: TestServer.quiet)
    let base = "http://127.0.0.1:\(listener.port)"
    let curl = ["curl", "-s", "-w", "%{http_code}"]
    #expect(try run("/usr/bin/env", curl + [base + "/metrics?x=1"]) == "up 1\n200")
    #expect(try run("/usr/bin/env", curl + [base + "/other"]) == "Not Found\n404")
    #expect(try run("/usr/bin/env", curl + ["-XPOST", base + "/metrics"]).hasSuffix("405"))
    await listener.stop()
    await #expect(throws: RPCPageListener.Failure.notLoopback("0.0.0.0")) {
      try await RPCPageListener.start(
        host: "0.0.0.0", port: 0, pages: [:], logger: TestServer.quiet)
    }
  }

  @Test("a page's listener takes a bounded number of connections, and more once they are gone")
  func boundedPages() async throws {
    let listener = try await RPCPageListener.start(
      host: "127.0.0.1", port: 0,
      pages: ["/": { RPCPage(contentType: "text/plain", body: ByteBuffer(string: "here")) }],
      logger: TestServer.quiet)
    // Each is waited for: what the next does with them is decided on several threads.
    var held: [Int32] = []
    for _ in 0..<RPCPageListener.maximumConnections {
      let connection = connectedToLoopback(listener.port)
      held.append(connection)
      send(connection, "GET", 3, Int32(MSG_NOSIGNAL))
    }
    while listener.openConnections < held.count { try await Task.sleep(for: .milliseconds(5)) }
    let late = connectedToLoopback(listener.port)
    var byte: UInt8 = 0
    #expect(read(late, &byte, 1) <= 0)
    close(late)
    for connection in held { close(connection) }
    while listener.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
    let answer = try run(
      "/usr/bin/env", ["curl", "-s", "http://127.0.0.1:\(listener.port)/"])
    #expect(answer == "here")
    await listener.stop()
  }

  /// A connection to a port of this host.
  private func connectedToLoopback(_ port: Int) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    #expect(connected == 0)
    return descriptor
  }

  @Test("a socket that a service manager listens on is served")
  func activation() async throws {
    try await TestServer.withDirectory { directory in
      let file = try SocketFile(path: directory + "/s", mode: 0o600, backlog: 16)
      var router = RPCRouter()
      router.immediate("/t.T/Echo") { request, _ in request }
      let server = RPCServer(
        configuration: .init(listening: file.descriptor), router: router, logger: TestServer.quiet)
      try await server.start()
      let client = RPCClient(path: directory + "/s")
      let answer = try await client.call("/t.T/Echo", "x")
      #expect(answer == "x")
      await client.shutdown()
      await server.shutdown()
      // The file is the service manager's, and stays.
      #expect(access(directory + "/s", F_OK) == 0)
      file.unlink()
      file.releaseLock()
    }
  }

  @Test("sockets handed to another process are left alone")
  func descriptors() {
    #expect(Systemd.listeningDescriptors(pid: "1", count: "1") == [])
    #expect(Systemd.listeningDescriptors(pid: nil, count: "1") == [])
    #expect(Systemd.listeningDescriptors(pid: "\(getpid())", count: "0") == [])
    #expect(Systemd.listeningDescriptors(pid: "\(getpid())", count: "x") == [])
    #expect(Systemd.watchdogInterval(pid: "1", microseconds: "1000") == nil)
    #expect(
      Systemd.watchdogInterval(pid: "\(getpid())", microseconds: "3000000") == .seconds(3))
    #expect(Systemd.watchdogInterval(pid: nil, microseconds: "0") == nil)
  }

  /// A socket that datagrams can be sent to.
  private func receiver(at path: String) -> Int32 {
    var name = Array(path.utf8)
    if name[0] == UInt8(ascii: "@") { name[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let receiver = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(receiver, $0, socklen_t(2 + name.count))
      }
    }
    #expect(bound == 0)
    return receiver
  }

  @Test("a manager that reads nothing holds nothing up", .timeLimit(.minutes(1)))
  func deafManager() async throws {
    try await TestServer.withDirectory { directory in
      let receiver = receiver(at: directory + "/s")
      defer { close(receiver) }
      var sent = 0
      // The system keeps some of them.
      while Systemd.notify(.watchdog, socket: directory + "/s") { sent += 1 }
      #expect(sent > 0)
      #expect(!Systemd.notify(.stopping, socket: directory + "/s"))
    }
  }

  @Test("systemd is told, by a path and by an abstract name", arguments: [true, false])
  func notifications(isAbstract: Bool) async throws {
    try await TestServer.withDirectory { directory in
      let path = isAbstract ? "@unixrpc-\(getpid())" : directory + "/s"
      let receiver = receiver(at: path)
      defer { close(receiver) }
      for (notification, text) in [
        (Systemd.Notification.ready, "READY=1"), (.stopping, "STOPPING=1"),
        (.starting(within: .seconds(600)), "EXTEND_TIMEOUT_USEC=600000000"),
        (.watchdog, "WATCHDOG=1"), (.status("two\nlines"), "STATUS=two lines"),
      ] {
        #expect(Systemd.notify(notification, socket: path))
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = recv(receiver, &buffer, buffer.count, 0)
        #expect(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self) == text)
      }
      #expect(!Systemd.notify(.ready, socket: directory + "/nobody"))
      #expect(!Systemd.notify(.ready, socket: ""))
    }
  }
}
