/// An address on loopback with a port, as the configuration writes it: 127.0.0.1:9464 or [::1]:9464.
struct LoopbackAddress: Equatable, Sendable {
  /// `127.0.0.1` or `::1`.
  var host: String
  /// 1 to 65,535.
  var port: Int

  /// Reads an address; nil for any other text, and for addresses that others can reach.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      port > 0
    else { return nil }
    switch text[..<colon] {
    case "127.0.0.1": host = "127.0.0.1"
    case "[::1]": host = "::1"
    default: return nil
    }
    self.port = Int(port)
  }

  /// As the configuration writes it.
  var text: String { host == "::1" ? "[::1]:\(port)" : "\(host):\(port)" }
}
