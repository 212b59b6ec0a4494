import Dispatch
import Glibc
import Logging
import TestService
import UnixRPC

/// interop-server SOCKET [SETTING=VALUE …]: offers gRPC's interop TestService until it is asked to
/// stop.
guard CommandLine.arguments.count >= 2 else {
  print("usage: interop-server SOCKET [\(ServerSetting.allNames)]")
  exit(2)
}

var configuration = RPCServerConfiguration(path: CommandLine.arguments[1])
configuration.maximumMessageBytes = TestService.maximumMessageBytes
for argument in CommandLine.arguments.dropFirst(2) {
  guard ServerSetting.apply(argument, to: &configuration) else {
    print("no such setting, or no number: \(argument); there are \(ServerSetting.allNames)")
    exit(2)
  }
}

var logger = Logger(
  label: "interop-server", factory: { StreamLogHandler.standardError(label: $0) })
logger.logLevel = .notice

let server = RPCServer(
  configuration: configuration, router: InteropService.router(), logger: logger)
try await server.start()
await stopRequested()
await server.shutdown()

/// Waits for SIGTERM or SIGINT.
func stopRequested() async {
  let numbers = [SIGTERM, SIGINT]
  for number in numbers { signal(number, SIG_IGN) }
  let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
  let sources = numbers.map { number in
    let source = DispatchSource.makeSignalSource(signal: number)
    source.setEventHandler { continuation.yield() }
    source.resume()
    return source
  }
  for await _ in signals { break }
  for source in sources { source.cancel() }
}
