import CallbackMessages
import Testing

@testable import CallbackClient

@Suite("Where the daemon is expected")
struct SocketPathTests {
  @Test("CALLBACKD_SOCKET goes before everything")
  func environment() {
    let path = SocketPath.standard(uid: 0) { $0 == "CALLBACKD_SOCKET" ? "/x/y.sock" : "/run/z" }
    #expect(path == "/x/y.sock")
  }

  @Test("for root it is in /run")
  func root() {
    #expect(SocketPath.standard(uid: 0) { _ in nil } == "/run/callbackd/callbackd.sock")
  }

  @Test("for a user it is in the user's run directory")
  func user() {
    let named = SocketPath.standard(uid: 1000) { $0 == "XDG_RUNTIME_DIR" ? "/run/me" : nil }
    #expect(named == "/run/me/callbackd/callbackd.sock")
    let unnamed = SocketPath.standard(uid: 1000) { _ in nil }
    #expect(unnamed == "/run/user/1000/callbackd/callbackd.sock")
  }
}

@Suite("Times and ids")
struct ValueTests {
  @Test("durations keep milliseconds", arguments: [0, 1, 999, 1_000, 90_001])
  func durations(milliseconds: Int) {
    let duration = Duration.milliseconds(milliseconds)
    #expect(Duration(wire: GoogleProtobuf.Duration(duration)) == duration)
  }

  @Test("instants before 1970 keep a positive fraction")
  func instants() {
    let timestamp = GoogleProtobuf.Timestamp(milliseconds: -1)
    #expect(timestamp.seconds == -1)
    #expect(timestamp.nanos == 999_000_000)
    #expect(timestamp.milliseconds == -1)
  }

  @Test("ids differ")
  func ids() {
    let ids = Set((0..<1_000).map { _ in RequestID.make() })
    #expect(ids.count == 1_000)
  }

  @Test("every changing unary method takes a request id")
  func repeatable() {
    for method in Services.methods where method.mutates && method.kind == .unary {
      #expect(method.requestType.init() is any RepeatableRequest, "\(method.name)")
    }
  }
}
