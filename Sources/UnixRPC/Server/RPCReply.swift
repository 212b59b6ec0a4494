import NIOCore

/// The answer that a deferred call still owes; any thread gives it, once.
///
/// A reply that is dropped unanswered answers INTERNAL, so that no caller waits for ever.
public final class RPCReply: Sendable {
  private let call: RPCCall
  private let mailbox: LoopMailbox

  init(call: RPCCall, mailbox: LoopMailbox) {
    self.call = call
    self.mailbox = mailbox
  }

  deinit {
    complete(.failure(RPCError(.internal, "The handler gave no answer.")))
  }

  /// Answers with a message.
  public func succeed(_ message: ByteBuffer) {
    complete(.success(message))
  }

  /// Answers with a status.
  public func fail(_ error: RPCError) {
    complete(.failure(error))
  }

  /// Answers; only the first answer counts.
  public func complete(_ result: Result<ByteBuffer, RPCError>) {
    if call.claimAnswer() { mailbox.post(call, .answer(result)) }
  }
}
