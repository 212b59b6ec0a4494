import ArgumentParser
import CallbackClient
import Glibc

/// The companion of callbackd on the command line.
@main
struct Callbackctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "callbackctl",
    abstract: "Ask for callbacks, take them as an agent, and run a callbackd daemon.",
    discussion: """
      Every command takes --json, and --socket and --timeout where it calls the daemon. Exit \
      codes: 0 done, 1 refused, 2 wrong usage, 3 the daemon cannot be reached.

      Durations are written 20s, 1m30s, 24h; times 14:30, +2h, 2026-11-23T14:30 (local) or \
      2026-11-23T14:30:00Z; numbers as people write them.

      Completions: callbackctl --generate-completion-script bash (or zsh, fish); for bash put the \
      output into ~/.local/share/bash-completion/completions/callbackctl.
      """,
    groupedSubcommands: [
      CommandGroup(
        name: "Callbacks",
        subcommands: [
          Request.self, List.self, Show.self, Explain.self, Estimate.self, Update.self, Cancel.self,
          Requeue.self, Reached.self, History.self, HistoryExport.self,
          OutcomesCommand.self,
        ]),
      CommandGroup(
        name: "Agents",
        subcommands: [
          AgentCommand.self, Accept.self, Reject.self, Outcome.self, DispositionCommand.self,
        ]),
      CommandGroup(
        name: "Callers",
        subcommands: [
          Resolve.self, Search.self, RecordCommand.self, LeadCommand.self, MatchCommand.self,
          UnmatchCommand.self, DirectoryCommand.self,
        ]),
      CommandGroup(
        name: "Operation",
        subcommands: [
          QueueCommand.self, LocationCommand.self, NumberCommand.self, ReasonCommand.self,
          ExclusionCommand.self, SettingsCommand.self, DialerCommand.self,
          Dialers.self, Settle.self, BackupCommand.self, Restore.self,
          Forget.self, Forgettings.self, EventsCommand.self, LogCommand.self, Info.self,
          Methods.self, Call.self,
        ]),
    ])

  /// Parses the command line, runs the command, and ends the process with its exit code.
  static func main() async {
    let arguments = CommandLineOrder.commandFirst(Array(CommandLine.arguments.dropFirst()))
    Glibc.exit(await Self.outcome(of: arguments).rawValue)
  }

  /// Runs a command line.
  static func outcome(of arguments: [String]) async -> ExitStatus {
    var parsed: (any ParsableCommand)?
    do {
      var command = try parseAsRoot(arguments)
      parsed = command
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return .done
    } catch {
      return FailureReport(error: error, arguments: arguments, command: parsed).show()
    }
  }
}
