import Glibc

/// Where the daemon listens when nobody says otherwise.
public enum SocketPath {
  /// The path by the environment of this process: CALLBACKD_SOCKET where it is set; for root
  /// /run/callbackd/callbackd.sock; else callbackd/callbackd.sock in XDG_RUNTIME_DIR, or in
  /// /run/user/UID where that is not set.
  public static var standard: String {
    standard(uid: geteuid()) { name in getenv(name).map { String(cString: $0) } }
  }

  /// The path for a user with the given environment.
  static func standard(uid: UInt32, environment: (String) -> String?) -> String {
    if let path = environment("CALLBACKD_SOCKET"), !path.isEmpty { return path }
    if uid == 0 { return "/run/callbackd/callbackd.sock" }
    let directory = environment("XDG_RUNTIME_DIR").flatMap { $0.isEmpty ? nil : $0 }
    return (directory ?? "/run/user/\(uid)") + "/callbackd/callbackd.sock"
  }
}
