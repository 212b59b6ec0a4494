import Testing

@testable import UnixRPC

@Suite("The table of routes")
struct RouteTableTests {
  @Test("finds every path and no other")
  func paths() {
    let known =
      ["/", "/a", "/abcdefghijklmn", "/abcdefghijklmno", "/abcdefghijklmnop"]
      + (0..<100).map { "/package.v1.Service\($0 % 7)/Method\($0)" }
    var router = RPCRouter()
    for path in known { router.immediate(path) { request, _ in request } }
    let table = RouteTable(router)
    func find(_ path: String) -> String? {
      Array(path.utf8).withUnsafeBufferPointer { table.find($0) }.map { table.routes[$0].path }
    }
    for path in known {
      #expect(find(path) == path)
      #expect(find(path + "x") == nil)
      #expect(find("/x" + path) == nil)
    }
    #expect(find("") == nil)
    #expect(find("/package.v1.Service0/Method1") == nil)
  }
}
