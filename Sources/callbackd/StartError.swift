import CallerDirectory
import EventLog
import UnixRPC

/// Why the daemon does not start, in words for the operator.
enum StartError: Error, CustomStringConvertible {
  /// The configuration is not acceptable.
  case configuration(ConfigurationError)
  /// The log cannot be used.
  case log(EventLogError, directory: String)
  /// The embedded directory cannot be used.
  case directory(DirectoryError, file: String)
  /// An adapter of the directory cannot be made.
  case adapter(String, reason: String)
  /// The socket cannot be made.
  case socket(RPCServerError)
  /// The address for metrics cannot be listened on.
  case metrics(String, reason: String)
  /// A directory above the data or the socket cannot be made.
  case parentDirectory(String, reason: String)

  /// 2 for what the operator wrote, 1 for what the machine says.
  var exitCode: Int32 {
    switch self {
    case .configuration, .adapter: 2
    case .socket(.pathTooLong), .socket(.invalidPath): 2
    case .log, .directory, .socket, .metrics, .parentDirectory: 1
    }
  }

  /// One line: what is wrong, and what to do.
  var description: String {
    switch self {
    case .configuration(let error): "\(error)"
    case .log(let error, let directory): Self.words(error, directory)
    case .directory(let error, let file): "the directory of callers \(file): \(Self.words(error))"
    case .adapter(let name, let reason): "the adapter \(name): \(reason)"
    case .socket(let error): "\(error)"
    case .metrics(let address, let reason): "cannot listen for metrics on \(address): \(reason)"
    case .parentDirectory(let path, let reason):
      "cannot make the directory \(path): \(reason)"
    }
  }

  private static func words(_ error: EventLogError, _ directory: String) -> String {
    switch error {
    case .inUse: "another callbackd has the data in \(directory)"
    case .newerSchema(let found, let known):
      "the log in \(directory) was written by a newer callbackd (schema \(found), this one knows"
        + " \(known)); install that version"
    case .dataLoss(let reason):
      "the log in \(directory) is damaged: \(reason). Restore a backup, or start once with"
        + " --accept-data-loss to go on with what is left"
    case .tooOld(let earliest): "the log in \(directory) begins only after \(earliest)"
    case .unavailable(let reason): "cannot use the log in \(directory): \(reason)"
    case .full(let reason): "no room for the log in \(directory): \(reason)"
    }
  }

  private static func words(_ error: DirectoryError) -> String {
    switch error {
    case .unavailable(let reason), .unreadable(let reason), .readOnly(let reason),
      .unsupported(let reason):
      reason
    case .full: "there is no room"
    case .recordNotFound, .requestReused, .invalid, .tooManyNumbers: "cannot be opened"
    }
  }
}
