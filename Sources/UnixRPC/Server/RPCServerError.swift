/// Why a server could not begin to listen.
public enum RPCServerError: Error, Sendable, Equatable {
  /// The path is longer than the 107 bytes that a Unix socket's address holds.
  case pathTooLong(String, bytes: Int)
  /// The path is empty, holds a NUL, or names the abstract namespace, which has no permissions.
  case invalidPath(String)
  /// Another server holds the lock of the path.
  case alreadyRunning(String)
  /// Something that is not a socket is in the way; it was left alone.
  case notASocket(String)
  /// A socket that was handed over cannot be served; the text says why.
  case unfitSocket(String)
  /// The server was started before.
  case alreadyStarted
  /// A system call failed.
  case system(operation: String, errno: Int32)
}

extension RPCServerError: CustomStringConvertible {
  /// A sentence for the log.
  public var description: String {
    switch self {
    case .pathTooLong(let path, let bytes):
      "The socket's path is \(bytes) bytes long; a Unix socket's address holds 107: \(path)"
    case .invalidPath(let path):
      "Not a path in the file system: '\(path)'. Abstract sockets have no permissions."
    case .alreadyRunning(let path): "Another server is running on \(path)."
    case .notASocket(let path): "\(path) exists and is not a socket; it was left alone."
    case .unfitSocket(let reason): "The socket handed over cannot be served: \(reason)."
    case .alreadyStarted: "The server was started before."
    case .system(let operation, let errno): "\(operation) failed: errno \(errno)."
    }
  }
}
