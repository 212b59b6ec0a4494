import EventLogConformance
import PostgresEventLog
import PostgresServer
import Synchronization
import Testing

/// The log in PostgreSQL keeps what every log promises. Each promise gets a stream of its own in
/// one database.
@Suite struct PostgresConformanceTests {
  static let kind = LogKind("PostgreSQL") {
    let server = try PostgresServer.shared()
    let proxy = try CuttingProxy(to: server.socketDirectory)
    let stream = Streams.next()
    let store = try PostgresEventStore(
      .init(
        connection: server.connection(through: proxy.socketDirectory), stream: stream,
        hostName: "conforming"))
    let number = "(SELECT number FROM callback_log.stream WHERE name = '\(stream)')"
    return StoreUnderTest(
      store, keeping: proxy,
      fail: { fault in
        switch fault {
        case .refused:
          try server.execute(
            "ALTER TABLE callback_log.record ADD CONSTRAINT refusing CHECK (false) NOT VALID")
        case .unknownWritten: proxy.cutNext(.after)
        case .unknownLost: proxy.cutNext(.before)
        }
      },
      heal: {
        proxy.cutNext(.none)
        try server.execute(
          "ALTER TABLE callback_log.record DROP CONSTRAINT IF EXISTS refusing")
      },
      damage: { position in
        try server.execute(
          "UPDATE callback_log.record SET payload = '\\x000000' "
            + "WHERE stream = \(number) AND position = \(position)")
      })
  }

  @Test(arguments: ConformanceCase.all)
  func keepsThePromise(_ promise: ConformanceCase) async throws {
    try await promise.run(on: Self.kind)
  }
}

/// Names of streams that nobody else uses.
enum Streams {
  private static let made = Atomic(0)

  static func next() -> String {
    "stream-\(made.wrappingAdd(1, ordering: .relaxed).newValue)"
  }
}
