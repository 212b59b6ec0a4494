import ArgumentParser
import Glibc
import Logging

/// The daemon's command line.
@main
struct Callbackd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "callbackd",
    abstract: "Take callback requests, offer them to agents, and keep what comes of them.",
    discussion: """
      Other programs call the service over a Unix socket with gRPC. Exit codes: 0 stopped cleanly, \
      1 could not start or go on, 2 wrong usage or configuration.
      """,
    version: Version.text)

  @Option(help: "The Unix socket; see --print-config for the default.")
  var socket: String?

  @Option(help: "The directory of the log and of the records; see --print-config for the default.")
  var data: String?

  @Option(help: "What holds the log: sqlite or postgres; the configuration says where that is.")
  var log: DaemonConfiguration.LogKind?

  @Option(help: "The log's name in a PostgreSQL database, such as that of the call center.")
  var stream: String?

  @Option(help: "A configuration file in YAML; what the command line says goes before it.")
  var config: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: Logger.Level?

  @Flag(help: "Print the configuration with every key explained, and stop.")
  var printConfig = false

  @Flag(
    help: "Open a log although records that once were durable are missing; it gets a new lineage.")
  var acceptDataLoss = false

  /// Runs the daemon until it is told to stop.
  func run() async throws {
    let configuration = try settings()
    if printConfig {
      print(ConfigurationKey.file(of: configuration), terminator: "")
      return
    }
    try await Daemon(configuration, acceptsDataLoss: acceptDataLoss) {
      [self] () throws(StartError) in try settings()
    }.run()
  }

  /// The configuration file's settings, those of the command line, and the default paths.
  private func settings() throws(StartError) -> DaemonConfiguration {
    var settings = DaemonConfiguration()
    if let config { settings = try ConfigurationFile.open(config) }
    let paths = DefaultPaths.ofThisProcess
    settings.socket = socket ?? settings.socket ?? paths.socket
    settings.data = data ?? settings.data ?? paths.data
    settings.logLevel = logLevel ?? settings.logLevel
    settings.log.kind = log ?? settings.log.kind
    settings.log.stream = stream ?? settings.log.stream
    return settings
  }

  func validate() throws {
    guard let stream, !ConfigurationKey.isName(stream) else { return }
    throw ValidationError("--stream must be 1 to 64 letters, digits and . _ - : /")
  }

  /// Parses the command line, runs the daemon, and ends the process with its exit code.
  static func main() async {
    // Before anything is made: whatever the daemon makes is its user's alone.
    umask(0o077)
    Glibc.exit(await status(of: Array(CommandLine.arguments.dropFirst())))
  }

  private static func status(of arguments: [String]) async -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      if let daemon = command as? Callbackd { try await daemon.run() } else { try command.run() }
      return 0
    } catch let error as StartError {
      complain("callbackd: \(error)\n")
      return error.exitCode
    } catch {
      let code = exitCode(for: error)
      if code == .success {
        print(message(for: error))
        return 0
      }
      complain("callbackd: \(message(for: error))\nTry callbackd --help.\n")
      return 2
    }
  }

  private static func complain(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension DaemonConfiguration.LogKind: ExpressibleByArgument {}
