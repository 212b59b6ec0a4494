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
    /// Changes the table of all streams for this one, whose number stands for `%1$s`.
    @Sendable func alter(_ change: String) throws {
      let format = "format('ALTER TABLE callback_log.record \(change)', \(number))"
      try server.execute("DO $$ BEGIN EXECUTE \(format); END $$")
    }
    return StoreUnderTest(
      store, keeping: proxy,
      fail: { fault in
        switch fault {
        case .refused: try alter("ADD CONSTRAINT refusing_%1$s CHECK (stream <> %1$s) NOT VALID")
        case .unknownWritten: proxy.cutNext(.after)
        case .unknownLost: proxy.cutNext(.before)
        }
      },
      heal: {
        proxy.cutNext(.none)
        try alter("DROP CONSTRAINT IF EXISTS refusing_%1$s")
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
