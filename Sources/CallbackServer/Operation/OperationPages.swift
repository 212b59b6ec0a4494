import NIOCore
import RPCServices
import UnixRPC

/// The pages for plain HTTP that monitoring reads, on the socket as on loopback.
struct OperationPages: Sendable {
  let health: HealthService
  let metrics: MetricsPage

  /// Adds the pages to a server's.
  func register(on router: inout RPCRouter) {
    router.get("/healthz") { [self] _ in healthz() }
    router.get("/metrics", laterPage: { [self] _ in await metrics.page() })
  }

  /// 200 while the service can be used, 503 while it cannot.
  func healthz() -> RPCPage {
    let isServing = health.isServing
    return RPCPage(
      status: isServing ? 200 : 503, contentType: "text/plain; charset=utf-8",
      body: ByteBuffer(string: isServing ? "serving\n" : "not serving\n"))
  }
}
