import Glibc
import Logging
import UnixRPC

/// bench-rpc-server SOCKET: what `make bench-rpc` measures, on one event loop.
guard CommandLine.arguments.count == 2 else {
  fatalError("usage: bench-rpc-server SOCKET")
}

var configuration = RPCServerConfiguration(path: CommandLine.arguments[1])
configuration.eventLoops = 1
// A few streams that are read fast: fewer and larger turns between handler and loop.
configuration.responseHighWaterBytes = 256 * 1024
configuration.responseLowWaterBytes = 64 * 1024
let service = BenchService()
let server = RPCServer(
  configuration: configuration, router: service.router(), logger: Logger(label: "bench"))
Task.detached {
  do {
    try await server.start()
  } catch {
    fatalError("the benchmark's server does not start: \(error)")
  }
}
// The benchmark ends the process when it is done.
while true { pause() }
