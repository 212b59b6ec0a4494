import CallbackMessages
import Testing

@testable import CallbackClient

@Suite("Where the daemon is expected")
struct SocketPathTests {
  @Test("CALLBACKD_SOCKET goes before everything")
  func environment() {
    let path = path(of: 0, ["CALLBACKD_SOCKET": "/x/y.sock", "XDG_RUNTIME_DIR": "/run/z"])
    #expect(path == "/x/y.sock")
  }

  @Test("for root it is in /run")
  func root() {
    #expect(path(of: 0) == system)
  }

  @Test("for a user it is in the user's run directory")
  func user() {
    #expect(path(of: 1000, ["XDG_RUNTIME_DIR": "/run/me"]) == "/run/me/callbackd/callbackd.sock")
    #expect(path(of: 1000) == own)
  }

  @Test("where only the system's daemon is there, it is meant")
  func installed() {
    #expect(path(of: 1000, there: [system]) == system)
    #expect(path(of: 1000, there: [system, own]) == own)
    #expect(path(of: 1000, there: [own]) == own)
    #expect(path(of: 1000, ["CALLBACKD_SOCKET": "/x/y.sock"], there: [system]) == "/x/y.sock")
  }

  private let system = "/run/callbackd/callbackd.sock"
  private let own = "/run/user/1000/callbackd/callbackd.sock"

  private func path(
    of uid: UInt32, _ environment: [String: String] = [:], there: Set<String> = []
  ) -> String {
    SocketPath.standard(uid: uid, environment: { environment[$0] }, exists: there.contains)
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
