import NIOCore
import Synchronization

/// What other threads have to say to a call, handled on its connection's loop.
enum CallSignal: Sendable {
  /// The answer of a unary call.
  case answer(Result<ByteBuffer, RPCError>)
  /// The outbound stream has messages, or its end, to send.
  case outboundReady
  /// The inbound stream has been read far enough for the peer to send more.
  case inboundConsumed
  /// The page that a GET is answered with.
  case page(RPCPage)
  /// Send the initial metadata without waiting for a message.
  case sendHead
  /// This side gives the call up.
  case cancel(RPCError)
  /// A client's call is to begin.
  case begin
}

/// A call as the mailbox sees it.
protocol MailboxRecipient: AnyObject, Sendable {
  /// Handles a signal; on the loop.
  func receive(_ signal: CallSignal)
}

/// Something with bytes to flush after the mailbox has been emptied.
protocol MailboxFlushable: AnyObject {
  /// Sends what there is; on the loop.
  func flushTurn()
}

/// The way from any thread to one event loop: many signals, one hop.
///
/// Signals posted together reach the loop in one task of the loop, and each connection they touch
/// is flushed once. Signals posted by the loop itself, during a turn, need no task at all.
final class LoopMailbox: @unchecked Sendable {
  private struct Pending {
    var signals: [(any MailboxRecipient, CallSignal)] = []
    var isScheduled = false
  }

  private let pending = Mutex(Pending())
  private let loop: any LoopScheduler

  // On the loop only; that is why the class vouches for its own Sendable.
  private var depth = 0
  private var dirty: [any MailboxFlushable] = []
  private var spare: [(any MailboxRecipient, CallSignal)] = []
  /// What a server's loop counts; nil in a client.
  var tally: CallTally?
  /// Memory in which connections of this loop gather what they write.
  @exclusivity(unchecked) var scratch = ByteBuffer()
  /// Memory of nghttp2's for the streams and frames of this loop's connections.
  let frameMemory = FrameMemory()

  init(loop: any LoopScheduler) {
    self.loop = loop
  }

  /// Hands a signal to the loop; from any thread.
  func post(_ recipient: any MailboxRecipient, _ signal: CallSignal) {
    // Within a turn the end of the turn looks after the signal.
    let inTurn = loop.isCurrent && depth > 0
    let mustSchedule = pending.withLock { pending in
      pending.signals.append((recipient, signal))
      if inTurn || pending.isScheduled { return false }
      pending.isScheduled = true
      return true
    }
    if mustSchedule { loop.schedule { [self] in turn {} } }
  }

  /// Runs `body` on the loop as one turn: signals posted meanwhile are handled, then every
  /// connection that was touched is flushed.
  func turn(_ body: () -> Void) {
    depth += 1
    body()
    if depth == 1 { settle() }
    depth -= 1
  }

  /// Asks for a connection to be flushed at the end of the turn.
  /// - Precondition: called within a turn, once a turn and connection.
  func flushAtEndOfTurn(_ connection: any MailboxFlushable) {
    dirty.append(connection)
  }

  private func settle() {
    repeat {
      deliver()
      var flushing = dirty
      dirty = []
      for connection in flushing { connection.flushTurn() }
      flushing.removeAll(keepingCapacity: true)
      if dirty.isEmpty { dirty = flushing }
      // Flushing can wake writers, which may post again.
    } while !dirty.isEmpty || hasSignals
  }

  private var hasSignals: Bool {
    pending.withLock { pending in
      if pending.signals.isEmpty { pending.isScheduled = false }
      return !pending.signals.isEmpty
    }
  }

  private func deliver() {
    var signals = spare
    spare = []
    while true {
      pending.withLock { swap(&$0.signals, &signals) }
      if signals.isEmpty { break }
      for (recipient, signal) in signals { recipient.receive(signal) }
      signals.removeAll(keepingCapacity: true)
    }
    spare = signals
  }
}

/// The loop under a ``LoopMailbox``.
protocol LoopScheduler: Sendable {
  /// Whether the calling thread is the loop's.
  var isCurrent: Bool { get }
  /// Runs `body` on the loop soon; from any thread.
  func schedule(_ body: @escaping @Sendable () -> Void)
}

/// SwiftNIO's event loop as a scheduler.
struct EventLoopScheduler: LoopScheduler {
  let loop: any EventLoop
  var isCurrent: Bool { loop.inEventLoop }
  func schedule(_ body: @escaping @Sendable () -> Void) { loop.execute(body) }
}
