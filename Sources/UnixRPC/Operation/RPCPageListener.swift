import Glibc
import Logging
import NIOCore
import NIOPosix

/// Serves pages over HTTP/1.1 on a loopback address, for collectors that know no Unix sockets.
///
/// GET and HEAD only, one request a connection. It listens on loopback alone, because it asks
/// nobody who they are.
public final class RPCPageListener: Sendable {
  /// Why a listener could not begin.
  public enum Failure: Error, Sendable, Equatable {
    /// The address is not a loopback address.
    case notLoopback(String)
  }

  /// The connections that are served at a time: a collector has one, and whoever opens more must not
  /// take the process's descriptors.
  static let maximumConnections = 32

  /// The port bound; what was asked for, unless that was 0.
  public let port: Int
  private let channel: any Channel
  private let open: Counter

  /// The connections that are served now.
  var openConnections: Int { open.value }

  private init(channel: any Channel, open: Counter) {
    self.channel = channel
    self.open = open
    port = channel.localAddress?.port ?? 0
  }

  /// Begins to listen.
  /// - Parameters:
  ///   - host: a loopback address, `127.0.0.1` or `::1`.
  ///   - port: 0 takes any free port.
  ///   - pages: the pages by path.
  /// - Throws: ``Failure``, or what the system says.
  public static func start(
    host: String, port: Int, pages: [String: @Sendable () async -> RPCPage], logger: Logger
  ) async throws -> RPCPageListener {
    guard host == "127.0.0.1" || host == "::1" else { throw Failure.notLoopback(host) }
    let open = Counter()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer(AcceptPause.add)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard open.value < maximumConnections else {
            throw RPCError(.resourceExhausted, "Too many connections.")
          }
          open.add(1)
          channel.closeFuture.whenComplete { _ in open.add(-1) }
          try channel.pipeline.syncOperations.addHandler(PageHandler(pages: pages))
        }
      }
      .bind(host: host, port: port).get()
    let listener = RPCPageListener(channel: channel, open: open)
    logger.info("pages are served on loopback", metadata: ["port": "\(listener.port)"])
    return listener
  }

  /// Stops listening.
  public func stop() async {
    try? await channel.close().get()
  }
}

/// One connection: gathers a request's head, answers it, closes.
private final class PageHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let pages: [String: @Sendable () async -> RPCPage]
  private var head = ByteBuffer()
  private var isAnswered = false
  private var timeout: Scheduled<Void>?

  init(pages: [String: @Sendable () async -> RPCPage]) {
    self.pages = pages
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    // A request's head is one packet on loopback; whoever takes longer does not mean it.
    timeout = context.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    timeout?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isAnswered { return }
    var bytes = unwrapInboundIn(data)
    head.writeBuffer(&bytes)
    let text = String(buffer: head)
    // The bound is on what is kept before a request is complete.
    if head.readableBytes > 8 * 1024 { return answer(context, Self.plain(431), withBody: true) }
    guard text.contains("\r\n\r\n") || text.contains("\n\n") else { return }
    let line = text.prefix { !$0.isNewline }.split(separator: " ")
    guard line.count == 3, line[2].hasPrefix("HTTP/1.") else {
      return answer(context, Self.plain(400), withBody: true)
    }
    let path = String(line[1].prefix { $0 != "?" })
    switch line[0] {
    case "GET", "HEAD":
      make(context, pages[path], withBody: line[0] == "GET")
    default:
      answer(context, Self.plain(405), withBody: true)
    }
  }

  private func make(
    _ context: ChannelHandlerContext, _ page: (@Sendable () async -> RPCPage)?, withBody: Bool
  ) {
    guard let page else { return answer(context, Self.plain(404), withBody: withBody) }
    isAnswered = true
    let loop = context.eventLoop
    let bound = NIOLoopBound((self, context), eventLoop: loop)
    Task {
      let made = await page()
      loop.execute {
        let (handler, context) = bound.value
        handler.answer(context, made, withBody: withBody)
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(_ context: ChannelHandlerContext, _ page: RPCPage, withBody: Bool) {
    isAnswered = true
    var out = ByteBuffer()
    out.writeString("HTTP/1.1 \(page.status) \(Self.reason(page.status))\r\n")
    out.writeString("Content-Type: \(page.contentType)\r\n")
    out.writeString("Content-Length: \(page.body.readableBytes)\r\nConnection: close\r\n\r\n")
    if withBody { out.writeImmutableBuffer(page.body) }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(out)).whenComplete { _ in channel.close(promise: nil) }
  }

  private static func plain(_ status: Int) -> RPCPage {
    RPCPage(
      status: status, contentType: "text/plain", body: ByteBuffer(string: "\(reason(status))\n"))
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 431: "Request Header Fields Too Large"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }
}
