import UnixRPC

/// A limit of the server's that a test sets on the command line, so that it need not wait for the
/// default: `handshakeSeconds=2`.
enum ServerSetting: String, CaseIterable {
  case handshakeSeconds, stalledWriteSeconds, stalledStreamSeconds
  case maximumConnections, maximumStreams, maximumMessageBytes

  /// The names, for people.
  static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Applies `NAME=NUMBER`; false where there is no such setting or the value is no number.
  static func apply(_ argument: String, to configuration: inout RPCServerConfiguration) -> Bool {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let setting = ServerSetting(rawValue: String(parts[0])),
      let value = Int(parts[1]), value > 0
    else { return false }
    switch setting {
    case .handshakeSeconds: configuration.handshakeTimeout = .seconds(value)
    case .stalledWriteSeconds: configuration.stalledWriteTimeout = .seconds(value)
    case .stalledStreamSeconds: configuration.stalledStreamTimeout = .seconds(value)
    case .maximumConnections: configuration.maximumConnections = value
    case .maximumStreams: configuration.maximumStreams = value
    case .maximumMessageBytes: configuration.maximumMessageBytes = value
    }
    return true
  }
}
