import NIOCore

@testable import UnixRPC

/// A server's session without a socket, a loop or a clock: bytes in, frames out.
final class ManualConnection {
  /// Runs what is posted only when told to.
  private struct Loop: LoopScheduler {
    var isCurrent: Bool { true }
    func schedule(_ body: @escaping @Sendable () -> Void) { body() }
  }

  let mailbox = LoopMailbox(loop: Loop())
  let session: ServerSession
  var now: UInt64 = 1_000_000_000
  private let reader = HPACKReader()
  private var rest: [UInt8] = []

  /// A connection to a server of `/t.T/Echo` and of the given methods.
  convenience init(_ methods: (inout RPCRouter) -> Void = { _ in }) {
    self.init(configure: { _ in }, methods: methods)
  }

  init(
    configure: (inout RPCServerConfiguration) -> Void, methods: (inout RPCRouter) -> Void
  ) {
    var configuration = RPCServerConfiguration(path: "/nowhere")
    configure(&configuration)
    var router = RPCRouter()
    router.immediate("/t.T/Echo") { request, _ in request }
    methods(&router)
    session = ServerSession(
      environment: ServerEnvironment(
        configuration: configuration, router: router, logger: TestServer.quiet),
      peer: RPCPeer(uid: 1, gid: 2, pid: 3), refusal: nil, mailbox: mailbox, now: now)
  }

  /// Sends the preface and SETTINGS, and acknowledges the server's.
  func handshake() {
    _ = send(RawFrame.preface)
    _ = send([.settings(), .settingsAck])
  }

  /// Gives the session bytes, and returns the frames that it answers with.
  @discardableResult
  func send(_ bytes: [UInt8]) -> [RawFrame] {
    mailbox.turn { bytes.withUnsafeBytes { session.receive($0, at: now) } }
    return frames()
  }

  @discardableResult
  func send(_ frames: [RawFrame]) -> [RawFrame] {
    send(frames.flatMap(\.bytes))
  }

  /// Lets time pass.
  func advance(by duration: Duration) -> [RawFrame] {
    now += duration.wholeNanoseconds
    mailbox.turn { session.tick(at: now) }
    return frames()
  }

  /// What the session wants to send.
  func frames() -> [RawFrame] {
    var buffer = ByteBuffer()
    session.pull(into: &buffer, limit: .max)
    let (frames, rest) = RawFrame.parse(rest + Array(buffer.readableBytesView))
    self.rest = rest
    return frames
  }

  /// The fields of the HEADERS frames, each block read once and in order.
  func fields(_ frames: [RawFrame]) -> [[String: String]] {
    frames.filter { $0.type == 1 }.map { reader.read($0.payload) }
  }

  /// The fields of all HEADERS frames in order, in the place of ``fields(_:)``.
  func allFields(_ frames: [RawFrame]) -> [(name: String, value: String)] {
    frames.filter { $0.type == 1 }.flatMap { reader.readAll($0.payload) }
  }
}
