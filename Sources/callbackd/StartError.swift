import CallerDirectory
import EventLog
import UnixRPC

/// Why the daemon does not start, in words for the operator.
enum StartError: Error, CustomStringConvertible {
  /// The configuration is not acceptable.
  case configuration(ConfigurationError)
  /// The log cannot be used; where it is, such as `in /var/lib/callbackd`.
  case log(EventLogError, place: String, data: String)
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
    case .log(let error, let place, let data): Self.words(error, place, data)
    case .directory(let error, let file): "the directory of callers \(file): \(Self.words(error))"
    case .adapter(let name, let reason): "the adapter \(name): \(reason)"
    case .socket(let error): "\(error)"
    case .metrics(let address, let reason): "cannot listen for metrics on \(address): \(reason)"
    case .parentDirectory(let path, let reason):
      "cannot make the directory \(path): \(reason)"
    }
  }

  private static func words(_ error: EventLogError, _ place: String, _ data: String) -> String {
    switch error {
    case .inUse: "another callbackd has the data in \(data)"
    case .newerSchema(let found, let known):
      "the log \(place) was written by a newer callbackd (schema \(found), this one knows"
        + " \(known)); install that version"
    case .dataLoss(let reason):
      "the log \(place) is damaged: \(reason). Restore a backup, or start once with"
        + " --accept-data-loss to go on with what is left"
    case .tooOld(let earliest): "the log \(place) begins only after \(earliest)"
    case .unavailable(let reason): "cannot use the log \(place): \(reason)"
    case .full(let reason): "no room for the log \(place): \(reason)"
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
