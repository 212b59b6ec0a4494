public import UnixRPC

extension MetricsText {
  /// Adds what a server counts: connections, calls by method and status, how long they took.
  ///
  /// Methods are those the server has; calls of others are counted together under empty names.
  public mutating func add(_ server: RPCServerMetrics) {
    single(
      "grpc_server_connections", .gauge, "Connections open now.", server.openConnections)
    single(
      "grpc_server_connections_accepted_total", .counter, "Connections accepted.",
      server.acceptedConnections)
    single(
      "grpc_server_connections_refused_total", .counter,
      "Connections refused: too many, or a peer that may not call.", server.refusedConnections)
    single(
      "grpc_server_violations_total", .counter,
      "Connections ended because a peer broke the protocol or a limit.", server.violations)
    single("grpc_server_streams", .gauge, "Calls and pages running now.", server.openCalls)
    single(
      "grpc_server_received_bytes_total", .counter, "Bytes received.", server.receivedBytes)
    single("grpc_server_sent_bytes_total", .counter, "Bytes sent.", server.sentBytes)
    family("grpc_server_handled_total", .counter, "Calls that ended, by status.")
    for (path, counts) in server.calls.sorted(by: { $0.key < $1.key }) {
      for (code, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        sample(
          "grpc_server_handled_total", Self.labels(path) + [("grpc_code", Self.name(code))], count)
      }
    }
    family(
      "grpc_server_handling_seconds", .histogram,
      "From a call's head to the end of its answer.")
    for (path, times) in server.handlingTimes.sorted(by: { $0.key < $1.key }) {
      histogram(
        "grpc_server_handling_seconds", Self.labels(path), bounds: Self.bounds,
        counts: times.counts, sum: Double(times.totalNanoseconds) / 1e9)
    }
  }

  private static let bounds = RPCServerMetrics.Times.boundsNanoseconds.map { bound in
    "\(Double(bound) / 1e9)"
  }

  private static func labels(_ path: String) -> [Label] {
    let parts = path.dropFirst().split(separator: "/", maxSplits: 1)
    // A page is a method of no service.
    guard parts.count == 2 else { return [("grpc_service", ""), ("grpc_method", path)] }
    return [("grpc_service", String(parts[0])), ("grpc_method", String(parts[1]))]
  }

  /// The canonical name, such as DeadlineExceeded.
  private static func name(_ code: RPCCode) -> String {
    let text = "\(code)"
    return code == .ok ? "OK" : text.prefix(1).uppercased() + text.dropFirst()
  }
}
