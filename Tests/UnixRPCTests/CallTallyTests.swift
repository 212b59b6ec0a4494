import Glibc
import Testing

@testable import UnixRPC

@Suite("What loops count")
struct CallTallyTests {
  typealias Times = RPCServerMetrics.Times

  @Test("every time falls into the first bucket whose bound it does not exceed")
  func buckets() {
    for (index, bound) in Times.boundsNanoseconds.enumerated() {
      #expect(Times.bucket(of: UInt64(bound)) == index)
      #expect(Times.bucket(of: UInt64(bound) + 1) == index + 1)
    }
    #expect(Times.bucket(of: 0) == 0)
    #expect(Times.bucket(of: .max) == Times.boundsNanoseconds.count)
  }

  @Test("counts of all loops add up, each route's for itself")
  func sums() {
    var router = RPCRouter()
    router.immediate("/t.T/A") { request, _ in request }
    router.immediate("/t.T/B") { request, _ in request }
    let table = RouteTable(router)
    let counters = ServerCounters()
    let (one, two) = (counters.makeTally(table), counters.makeTally(table))
    one.end(0, .ok, took: 10)
    two.end(0, .ok, took: 20)
    two.end(0, .notFound, took: 1 << 20)
    one.end(table.unknown.index, .unimplemented, took: 5)
    let metrics = counters.snapshot(table)
    #expect(metrics.calls == ["/t.T/A": [.ok: 2, .notFound: 1], "": [.unimplemented: 1]])
    #expect(metrics.handlingTimes["/t.T/A"]?.totalNanoseconds == 30 + (1 << 20))
    #expect(metrics.handlingTimes["/t.T/A"]?.counts[0] == 2)
    #expect(metrics.handlingTimes["/t.T/A"]?.counts.reduce(0, +) == 3)
    #expect(metrics.handlingTimes["/t.T/B"] == nil)
  }

  @Test("only a listening Unix stream socket with a file is taken from a service manager")
  func inherited() {
    func reason(_ descriptor: Int32) -> String? {
      defer { close(descriptor) }
      do {
        try InheritedSocket.check(descriptor)
        return nil
      } catch {
        guard case .unfitSocket(let reason) = error else { return "?" }
        return reason
      }
    }
    let stream = Int32(SOCK_STREAM.rawValue)
    #expect(reason(socket(AF_INET, stream, 0)) == "it is no Unix socket")
    #expect(
      reason(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)) == "it is no stream socket")
    #expect(reason(socket(AF_UNIX, stream, 0)) == "it does not listen")
    #expect(reason(open("/dev/null", O_RDONLY)) == "it is no Unix socket")
    // Bound to nothing, the kernel gives it an abstract name.
    let abstract = socket(AF_UNIX, stream, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(abstract, $0, 2) }
    }
    #expect(bound == 0 && listen(abstract, 1) == 0)
    #expect(reason(abstract)?.hasPrefix("it is abstract") == true)
  }
}
