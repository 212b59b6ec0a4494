import ArgumentParser

/// Telephony connectors.
struct DialerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dialer", abstract: "Play a telephony connector.",
    subcommands: [DialerSimulate.self])
}
