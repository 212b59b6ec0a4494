import Logging
import NIOCore

@testable import UnixRPC

/// What any bytes have to stand as an HTTP/2 connection: answered, or the connection ended.
enum SessionFuzz {
  /// Runs what is posted at once.
  private struct Loop: LoopScheduler {
    var isCurrent: Bool { true }
    func schedule(_ body: @escaping @Sendable () -> Void) { body() }
  }

  /// What an honest client begins with: the preface, empty SETTINGS, the acknowledgement of ours.
  static let opening: [UInt8] =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    + [0, 0, 0, 4, 1, 0, 0, 0, 0]

  private static let environment: ServerEnvironment = {
    var configuration = RPCServerConfiguration(path: "/nowhere")
    configuration.maximumMessageBytes = 4_096
    var router = RPCRouter()
    router.immediate("/t.T/Echo") { request, _ in request }
    router.immediate("/t.T/Refuse") { _, _ in throw RPCError(.invalidArgument, "no", cause: nil) }
    router.deferred("/t.T/Later") { request, _, reply in reply.succeed(request) }
    router.push("/t.T/Push") { request, _, writer in
      for _ in 0..<3 { _ = writer.offer(request) }
      writer.finish()
    }
    router.get("/page") { _ in RPCPage(contentType: "text/plain", body: ByteBuffer(string: "p")) }
    return ServerEnvironment(
      configuration: configuration, router: router,
      logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() }))
  }()

  /// One loop's counts for all runs, as of a server: a tally for each run would be kept for good.
  private static let tally = environment.counters.makeTally(environment.table)

  /// Runs one input. The first byte says in what pieces the rest arrives (1 to 127 bytes), and its
  /// highest bit whether ``opening`` comes before it.
  static func run(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    var now: UInt64 = 1_000_000_000
    let mailbox = LoopMailbox(loop: Loop())
    mailbox.tally = tally
    let session = ServerSession(
      environment: environment, peer: RPCPeer(uid: 1, gid: 2, pid: 3), refusal: nil,
      mailbox: mailbox, now: now)
    if first & 0x80 != 0 { take(opening[...], session, mailbox, now) }
    let rest = Array(input.dropFirst())
    let size = max(1, Int(first & 0x7F))
    for start in stride(from: 0, to: rest.count, by: size) {
      now += 1_000_000
      take(rest[start..<min(start + size, rest.count)], session, mailbox, now)
    }
    mailbox.turn { session.tick(at: now + 120_000_000_000) }
    mailbox.turn { session.connectionLost() }
    precondition(session.openStreams == 0, "a lost connection leaves no stream open")
  }

  private static func take(
    _ bytes: ArraySlice<UInt8>, _ session: ServerSession, _ mailbox: LoopMailbox, _ now: UInt64
  ) {
    mailbox.turn { bytes.withUnsafeBytes { session.receive($0, at: now) } }
    var answer = ByteBuffer()
    session.pull(into: &answer, limit: .max)
  }
}
