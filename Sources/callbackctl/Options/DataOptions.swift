import ArgumentParser
import Glibc

/// Options of commands that work on a data directory itself, without a daemon.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's data directory.",
      discussion: """
        Default: $XDG_STATE_HOME/callbackd or ~/.local/state/callbackd; /var/lib/callbackd for root.
        """,
      valueName: "path"),
    completion: .directory)
  var data: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: "Colours: auto, always or never; auto also heeds NO_COLOR and TERM.")
  var color = ColorChoice.auto

  /// The directory to work on.
  var path: String {
    data ?? Self.standard(uid: geteuid()) { name in getenv(name).map { String(cString: $0) } }
  }

  /// Where a daemon of the user with the given environment keeps its data.
  static func standard(uid: UInt32, environment: (String) -> String?) -> String {
    if uid == 0 { return "/var/lib/callbackd" }
    func absolute(_ name: String) -> String? {
      environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let state = absolute("XDG_STATE_HOME") ?? (absolute("HOME") ?? "/") + "/.local/state"
    return state + "/callbackd"
  }
}
