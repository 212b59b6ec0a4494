import ArgumentParser

/// The log.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Check a log, and look at the states that it went through.",
    subcommands: [LogVerify.self, LogReplayCommand.self])
}
