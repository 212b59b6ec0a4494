import NIOCore

/// Between a channel of SwiftNIO and a ``ServerSession``: reads in, one write per turn out.
final class ServerConnectionHandler: ChannelDuplexHandler, MailboxFlushable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  let session: ServerSession
  private let loop: ServerLoop
  private let environment: ServerEnvironment
  private var context: ChannelHandlerContext?
  private var isDirty = false
  private var isClosing = false
  private var wantsRead = false
  private var timer: Scheduled<Void>?
  private var timerAt = UInt64.max
  /// Since when the peer has taken nothing of what waits for it.
  private var stalledSince: UInt64?
  private var countedBytes = 0

  init(environment: ServerEnvironment, peer: RPCPeer, refusal: RPCError?, loop: ServerLoop) {
    self.environment = environment
    self.loop = loop
    session = ServerSession(
      environment: environment, peer: peer, refusal: refusal, mailbox: loop.mailbox,
      now: NIODeadline.now().uptimeNanoseconds)
  }

  // MARK: - The channel's events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    session.onNeedsFlush = { [unowned self] in needsFlush() }
    environment.counters.openConnections.add(1)
    loop.connections[ObjectIdentifier(self)] = self
  }

  func channelActive(context: ChannelHandlerContext) {
    loop.mailbox.turn { needsFlush() }
    arm()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    loop.mailbox.turn {
      unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
        session.receive(bytes, at: NIODeadline.now().uptimeNanoseconds)
      }
      needsFlush()
    }
    arm()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      stalledSince = nil
      loop.mailbox.turn { needsFlush() }
      if wantsRead {
        wantsRead = false
        context.read()
      }
    } else {
      stalledSince = NIODeadline.now().uptimeNanoseconds
      arm()
    }
  }

  /// A peer that does not take its answers is not asked for more requests.
  func read(context: ChannelHandlerContext) {
    if context.channel.isWritable { context.read() } else { wantsRead = true }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    isClosing = true
    loop.connections[ObjectIdentifier(self)] = nil
    environment.counters.openConnections.add(-1)
    loop.mailbox.turn { session.connectionLost() }
    self.context = nil
  }

  // MARK: - Flushing

  private func needsFlush() {
    if isDirty || isClosing { return }
    isDirty = true
    loop.mailbox.flushAtEndOfTurn(self)
  }

  func flushTurn() {
    isDirty = false
    guard let context, !isClosing else { return }
    // One look at the clock a turn: calls end while their answers are written.
    session.now = NIODeadline.now().uptimeNanoseconds
    while context.channel.isWritable {
      loop.mailbox.scratch.clear(minimumCapacity: Self.writeBytes)
      session.pull(
        into: &loop.mailbox.scratch, limit: Self.writeBytes - HTTP2Session.frameBytes)
      let count = loop.mailbox.scratch.readableBytes
      if count == 0 { break }
      environment.counters.sentBytes.add(count)
      context.writeAndFlush(wrapOutboundOut(loop.mailbox.scratch), promise: nil)
    }
    environment.counters.receivedBytes.add(session.receivedBytes - countedBytes)
    countedBytes = session.receivedBytes
    if !isClosing, session.isFinished { closeAfterWrites(context) }
  }

  private func closeAfterWrites(_ context: ChannelHandlerContext) {
    isClosing = true
    let channel = context.channel
    // A peer that takes nothing more would hold the connection for ever.
    let patience = environment.configuration.stalledWriteTimeout.wholeNanoseconds
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(
      in: .nanoseconds(Int64(patience))
    ) { channel.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  /// Bytes gathered for one write: several full frames, little enough to stay in the cache.
  private static let writeBytes = 64 * 1024

  // MARK: - Time

  /// Sets the timer to the earliest thing due, if it is not due sooner already.
  private func arm() {
    guard let context, !isClosing else { return }
    var at = session.wakeAt
    if let stalledSince {
      at = min(at, stalledSince + environment.configuration.stalledWriteTimeout.wholeNanoseconds)
    }
    if at >= timerAt { return }
    timer?.cancel()
    timerAt = at
    timer = context.eventLoop.assumeIsolated().scheduleTask(
      deadline: .uptimeNanoseconds(at)
    ) { [weak self] in self?.timerFired() }
  }

  private func timerFired() {
    timerAt = .max
    let now = NIODeadline.now().uptimeNanoseconds
    if let stalledSince,
      now >= stalledSince + environment.configuration.stalledWriteTimeout.wholeNanoseconds
    {
      environment.logger.notice(
        "connection ended: its peer takes no data", metadata: ["pid": "\(session.peer.pid)"])
      context?.close(promise: nil)
      return
    }
    loop.mailbox.turn { session.tick(at: now) }
    arm()
  }
}

/// One event loop of a server: its mailbox and its connections.
///
/// It vouches for its own Sendable: all but the mailbox is touched on the loop alone.
final class ServerLoop: @unchecked Sendable {
  let eventLoop: any EventLoop
  let mailbox: LoopMailbox
  var connections: [ObjectIdentifier: ServerConnectionHandler] = [:]

  init(_ eventLoop: any EventLoop, tally: CallTally) {
    self.eventLoop = eventLoop
    mailbox = LoopMailbox(loop: EventLoopScheduler(loop: eventLoop))
    mailbox.tally = tally
  }
}
