import ArgumentParser
import CallbackClient

/// Options of every command that talks to the daemon.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket.",
      discussion: """
        Default: $CALLBACKD_SOCKET, else callbackd/callbackd.sock in $XDG_RUNTIME_DIR; for root, \
        and where there is none, /run/callbackd/callbackd.sock.
        """,
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Flag(help: "Print messages as JSON, one a line, by protobuf's JSON mapping.")
  var json = false

  @Option(
    help: ArgumentHelp(
      """
      How long a call may take, such as 5s; 0: as long as it wants. Streams have no limit. \
      Default: 10s, and 10m for forget.
      """, valueName: "duration"))
  var timeout: DurationArgument?

  @Option(help: "Colours: auto, always or never; auto also heeds NO_COLOR and TERM.")
  var color = ColorChoice.auto

  /// The socket to connect to.
  var socketPath: String { socket ?? SocketPath.standard }
}

/// Whether to use colours.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// On a terminal that has them, unless NO_COLOR is set.
  case auto
  /// In any case.
  case always
  /// Not at all.
  case never
}

/// Options of commands that change something.
struct ChangeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Names this request: repeating it with the same id within 24 hours changes nothing and gives \
      the same answer. Default: a new id.
      """, valueName: "id"))
  var requestID = ""

  /// The id that was given, or a new one.
  var id: String { requestID.isEmpty ? RequestID.make() : requestID }
}
