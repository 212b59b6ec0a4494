/// Why a server did not do what it was asked.
public enum PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The connection cannot be used: it was not made, was lost, or gave no answer in time. What was
  /// sent last may or may not have been done.
  case connection(String)
  /// The server refused: its five-letter SQLSTATE, and its words in one line.
  case server(state: String, String)

  /// For the service's own log.
  public var description: String {
    switch self {
    case .connection(let words): words
    case .server(let state, let words): "\(words) (SQLSTATE \(state))"
    }
  }
}
