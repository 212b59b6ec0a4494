import Glibc

/// A failure that is the command's own, told in one sentence.
struct Failure: Error, Equatable {
  /// What went wrong and what to do next.
  let message: String
  /// How the process ends.
  let status: ExitStatus

  /// A failure that ends the process with the status.
  init(_ message: String, _ status: ExitStatus = .refused) {
    self.message = message
    self.status = status
  }
}

/// What the exit code of the process says.
enum ExitStatus: Int32, Sendable {
  /// What was asked for is done.
  case done = 0
  /// The daemon, or the command, refused; the reason was shown.
  case refused = 1
  /// The command line is wrong.
  case usage = 2
  /// The daemon cannot be reached.
  case unreachable = 3
}
