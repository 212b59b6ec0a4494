import Glibc

/// Where the daemon listens when nobody says otherwise.
public enum SocketPath {
  /// The path by the environment of this process: CALLBACKD_SOCKET where it is set. Else, for root,
  /// /run/callbackd/callbackd.sock; for a user callbackd/callbackd.sock in XDG_RUNTIME_DIR (in
  /// /run/user/UID where that is not set), where a daemon of the user's own listens, unless only
  /// the system's socket in /run is there.
  public static var standard: String {
    standard(
      uid: geteuid(), environment: { name in getenv(name).map { String(cString: $0) } },
      exists: { path in access(path, F_OK) == 0 })
  }

  /// The path for a user with the given environment and file system.
  static func standard(
    uid: UInt32, environment: (String) -> String?, exists: (String) -> Bool
  ) -> String {
    if let path = environment("CALLBACKD_SOCKET"), !path.isEmpty { return path }
    let system = "/run/callbackd/callbackd.sock"
    if uid == 0 { return system }
    let directory = environment("XDG_RUNTIME_DIR").flatMap { $0.isEmpty ? nil : $0 }
    let own = (directory ?? "/run/user/\(uid)") + "/callbackd/callbackd.sock"
    return !exists(own) && exists(system) ? system : own
  }
}
