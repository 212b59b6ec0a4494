import Glibc

/// What a service and systemd tell each other, without its library.
///
/// Everything goes by the environment: without systemd there are no sockets, and notifications
/// go nowhere.
public enum Systemd {
  /// What a service tells.
  public enum Notification: Sendable, Equatable {
    /// It takes calls.
    case ready
    /// It takes so long from now until ``ready``, which is no failure.
    case starting(within: Duration)
    /// It has begun to stop.
    case stopping
    /// It reads its configuration again; ``ready`` says that it has.
    case reloading
    /// It is alive.
    case watchdog
    /// A line for `systemctl status`.
    case status(String)

    var text: String {
      switch self {
      case .ready: "READY=1"
      case .starting(let limit): "EXTEND_TIMEOUT_USEC=\(limit.components.seconds * 1_000_000)"
      case .stopping: "STOPPING=1"
      case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Systemd.monotonicMicroseconds)"
      case .watchdog: "WATCHDOG=1"
      case .status(let line):
        "STATUS=" + line.split(whereSeparator: \.isNewline).joined(separator: " ")
      }
    }
  }

  // A start or a reload that nobody hears of is taken for a failure: these wait for room. All others
  // may be lost, the next one comes or nothing depends on it, and must not hold anything up.
  private static func waitsForRoom(_ notification: Notification) -> Bool {
    switch notification {
    case .ready, .starting, .reloading: true
    case .stopping, .watchdog, .status: false
    }
  }

  /// The listening sockets handed over (`LISTEN_FDS`), or none where they are for another process.
  ///
  /// They are marked close-on-exec, so that no child of the service inherits them.
  public static func listeningDescriptors() -> [Int32] {
    listeningDescriptors(pid: variable("LISTEN_PID"), count: variable("LISTEN_FDS"))
  }

  static func listeningDescriptors(pid: String?, count: String?) -> [Int32] {
    // Protocol: the first descriptor is 3. More than a few are a mistake of somebody's.
    guard let pid = pid.flatMap(Int32.init), pid == getpid(),
      let count = count.flatMap(Int32.init), (1...64).contains(count)
    else { return [] }
    let descriptors = Array(3..<3 + count)
    for descriptor in descriptors { markCloseOnExec(descriptor) }
    return descriptors
  }

  private static func markCloseOnExec(_ descriptor: Int32) {
    let flags = fcntl(descriptor, F_GETFD)
    if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
  }

  /// How often ``Notification/watchdog`` is due at the latest; nil where nobody watches.
  ///
  /// Half of it is a good interval.
  public static var watchdogInterval: Duration? {
    watchdogInterval(pid: variable("WATCHDOG_PID"), microseconds: variable("WATCHDOG_USEC"))
  }

  static func watchdogInterval(pid: String?, microseconds: String?) -> Duration? {
    if let pid, Int32(pid) != getpid() { return nil }
    guard let count = microseconds.flatMap(Int64.init), count > 0 else { return nil }
    return .microseconds(count)
  }

  /// Tells systemd, if it listens (`NOTIFY_SOCKET`).
  /// - Returns: whether the notification was sent.
  @discardableResult
  public static func notify(_ notification: Notification) -> Bool {
    guard let path = variable("NOTIFY_SOCKET") else { return false }
    return notify(notification, socket: path)
  }

  static func notify(_ notification: Notification, socket path: String) -> Bool {
    var name = Array(path.utf8)
    guard name.count > 1, name.count <= 107,
      name[0] == UInt8(ascii: "/") || name[0] == UInt8(ascii: "@")
    else { return false }
    // An abstract name begins with a NUL, which the environment cannot hold.
    if name[0] == UInt8(ascii: "@") { name[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(AF_UNIX, type, 0)
    if descriptor < 0 { return false }
    defer { close(descriptor) }
    let text = Array(notification.text.utf8)
    let wait = waitsForRoom(notification) ? 0 : Int32(MSG_DONTWAIT)
    let sent = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL) | wait, $0, size)
      }
    }
    return sent == text.count
  }

  private static var monotonicMicroseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
