import NIOCore

/// Makes a listening channel pause where no connection can be accepted: the process has no more
/// descriptors, and whoever waits in the queue would keep the event loop awake until it has.
///
/// SwiftNIO's `AcceptBackoffHandler` only delays reads, and a read that failed is still pending.
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let pause = TimeAmount.milliseconds(50)

  /// Adds one to a listening channel.
  @Sendable
  static func add(to channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(AcceptPause())
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is IOError else { return context.fireErrorCaught(error) }
    let channel = context.channel
    channel.setOption(.autoRead, value: false).whenSuccess {
      channel.eventLoop.scheduleTask(in: Self.pause) {
        channel.setOption(.autoRead, value: true)
      }
    }
  }
}
