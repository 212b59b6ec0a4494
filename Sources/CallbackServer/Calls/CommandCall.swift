import CallbackCore
import CallbackEngine
import CallbackWire
import ProtobufC

/// A call that submits one command: what to submit, and how its reply becomes the response.
struct CommandCall<Response: WireMessage>: Sendable {
  /// What is asked of the rules.
  let command: Command
  /// The queue that a request names, for the detail of a guard's refusal.
  var queue = ""
  /// The response to a reply; nil for a reply that is of another command.
  let response: @Sendable (Reply, CallAnswer) -> Response?

  init(
    _ command: Command, queue: String = "",
    response: @escaping @Sendable (Reply, CallAnswer) -> Response?
  ) {
    self.command = command
    self.queue = queue
    self.response = response
  }
}

/// A command, or what has to be waited for to know it.
enum CommandPlan<Response: WireMessage>: Sendable {
  case ready(CommandCall<Response>)
  case waiting(@Sendable () async throws -> CommandCall<Response>)
}

/// When an answer is true.
struct CallAnswer: Sendable {
  /// The position of the log.
  let position: UInt64
  /// Both clocks.
  let clocks: Clocks
}

/// A call that reads the state: runs on the engine's thread, so it is short.
typealias ReadCall<Response> = @Sendable (borrowing CallCenter, ReadPoint) throws -> Response

extension ReadPoint {
  /// Both clocks.
  var clocks: Clocks { Clocks(now: now, wall: wall) }
}

extension Engine {
  /// Both clocks now.
  var clocks: Clocks {
    let time = now()
    return Clocks(now: time.now, wall: time.wall)
  }
}
