import NIOCore

/// Between a channel of SwiftNIO and a ``ClientSession``.
final class ClientConnectionHandler: ChannelInboundHandler, MailboxFlushable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let session: ClientSession
  private let mailbox: LoopMailbox
  private let connector: Connector
  private var context: ChannelHandlerContext?
  private var isDirty = false
  private var isClosing = false
  private var closesWhenDone = false
  /// Whether the server has spoken, and takes calls.
  private var isReady = false

  init(configuration: RPCClientConfiguration, mailbox: LoopMailbox, connector: Connector) {
    self.mailbox = mailbox
    self.connector = connector
    session = ClientSession(
      configuration: configuration, memory: mailbox.frameMemory,
      now: NIODeadline.now().uptimeNanoseconds)
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    session.onNeedsFlush = { [unowned self] in needsFlush() }
    mailbox.turn {
      needsFlush()
      connector.opened(self)
    }
  }

  /// The server has had time enough to say its first word.
  func giveUpUnlessReady() {
    if !isReady { context?.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    mailbox.turn {
      unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
        session.receive(bytes, at: NIODeadline.now().uptimeNanoseconds)
      }
      if !isReady, session.receivedSettings, !session.isClosingDown {
        isReady = true
        connector.connected(self)
      }
      needsFlush()
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { mailbox.turn { needsFlush() } }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosing = true
    self.context = nil
    mailbox.turn {
      connector.disconnected(self, wasReady: isReady)
      session.connectionLost()
    }
  }

  /// Closes once the last call has ended.
  func closeWhenDone() {
    closesWhenDone = true
    mailbox.turn { needsFlush() }
  }

  private func needsFlush() {
    if isDirty || isClosing { return }
    isDirty = true
    mailbox.flushAtEndOfTurn(self)
  }

  func flushTurn() {
    isDirty = false
    guard let context, !isClosing else { return }
    session.endAnsweredEarly()
    while context.channel.isWritable {
      mailbox.scratch.clear(minimumCapacity: 64 * 1024)
      session.pull(into: &mailbox.scratch, limit: 64 * 1024 - HTTP2Session.frameBytes)
      if mailbox.scratch.readableBytes == 0 { break }
      context.writeAndFlush(wrapOutboundOut(mailbox.scratch), promise: nil)
    }
    let isDone = session.calls.isEmpty && (closesWhenDone || session.isClosingDown)
    if !isClosing, session.isFinished || isDone {
      isClosing = true
      context.close(promise: nil)
    }
  }
}
