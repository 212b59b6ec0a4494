import Glibc
import TestService
import UnixRPC

/// interop-client SOCKET CASE: plays one of gRPC's interop cases against the server at SOCKET.
guard CommandLine.arguments.count == 3,
  let play = InteropCases.all[CommandLine.arguments[2]]
else {
  print("usage: interop-client SOCKET CASE")
  print("cases: \(InteropCases.all.keys.sorted().joined(separator: " "))")
  exit(2)
}

var configuration = RPCClientConfiguration()
configuration.maximumMessageBytes = TestService.maximumMessageBytes
let client = RPCClient(path: CommandLine.arguments[1], configuration: configuration)
do {
  try await play(InteropPeer(client: client))
  await client.shutdown()
} catch {
  print("\(CommandLine.arguments[2]): \(error)")
  exit(1)
}
