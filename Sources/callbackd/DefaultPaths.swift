import Glibc

/// Where a daemon keeps its socket and its data when nobody says.
struct DefaultPaths: Equatable {
  /// The Unix socket.
  let socket: String
  /// The directory of the log and of the records.
  let data: String

  /// Follows the XDG base directories for a user, and the file system hierarchy for root.
  ///
  /// - Parameters:
  ///   - userID: the user that the daemon runs as.
  ///   - environment: its environment; empty values count as absent.
  init(userID: UInt32, environment: [String: String]) {
    guard userID != 0 else {
      socket = "/run/callbackd/callbackd.sock"
      data = "/var/lib/callbackd"
      return
    }
    func absolute(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let run = absolute("XDG_RUNTIME_DIR") ?? "/run/user/\(userID)"
    let state = absolute("XDG_STATE_HOME") ?? (absolute("HOME") ?? "/") + "/.local/state"
    socket = run + "/callbackd/callbackd.sock"
    data = state + "/callbackd"
  }
}

extension DefaultPaths {
  /// The paths of this process.
  static var ofThisProcess: DefaultPaths {
    var environment: [String: String] = [:]
    for name in ["XDG_RUNTIME_DIR", "XDG_STATE_HOME", "HOME"] {
      environment[name] = getenv(name).map { String(cString: $0) }
    }
    return DefaultPaths(userID: geteuid(), environment: environment)
  }
}
