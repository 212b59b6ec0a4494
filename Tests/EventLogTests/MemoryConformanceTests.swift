import EventLog
import EventLogConformance
import Testing

/// The log in memory keeps what every log promises.
@Suite struct MemoryConformanceTests {
  static let kind = LogKind("memory") {
    let store = MemoryEventStore()
    return StoreUnderTest(
      store,
      fail: { fault in
        switch fault {
        case .refused: store.inject(.refused(.full))
        case .unknownWritten: store.inject(.unknownWritten)
        case .unknownLost: store.inject(.unknownLost)
        }
      }, heal: {}, damage: nil)
  }

  @Test(arguments: ConformanceCase.all)
  func keepsThePromise(_ promise: ConformanceCase) async throws {
    try await promise.run(on: Self.kind)
  }
}
