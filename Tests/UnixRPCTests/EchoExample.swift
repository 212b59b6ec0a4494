import Logging
import NIOCore
import UnixRPC

/// The methods of an echo service; messages are bytes, whatever they are encoded with.
func echoRouter() -> RPCRouter {
  var router = RPCRouter()
  // Answered on the event loop, without a task.
  router.immediate("/echo.Echo/Say") { request, _ in request }
  // An async function; cancelled with its call.
  router.unary("/echo.Echo/SayLater") { request, call in
    try await Task.sleep(for: .milliseconds(1))
    call.addTrailingMetadata("late", for: "x-mood")
    return request
  }
  // As fast as the caller reads, and no faster.
  router.bidirectional("/echo.Echo/Chat") { requests, _, responses in
    for try await request in requests { try await responses.write(request) }
  }
  return router
}

/// Serves it on `path` for as long as `body` runs, and calls it.
func withEcho<Result>(
  at path: String, _ body: (RPCClient) async throws -> Result
) async throws -> Result {
  let server = RPCServer(
    configuration: .init(path: path), router: echoRouter(), logger: Logger(label: "echo"))
  try await server.start()
  let client = RPCClient(path: path)
  let result = try await body(client)
  await client.shutdown()
  await server.shutdown(drainLimit: .seconds(5))
  return result
}
