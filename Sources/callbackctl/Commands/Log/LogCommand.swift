import ArgumentParser

/// The log.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Look after the log in a data directory.",
    subcommands: [LogVerify.self, LogReplayCommand.self])
}
