import EventLogConformance
import FaultyDisk
import SQLite
import SQLiteEventLog
import Synchronization
import TestSupport
import Testing

/// The log in SQLite keeps what every log promises.
@Suite struct SQLiteConformanceTests {
  static let kind = LogKind("SQLite") {
    let directory = TemporaryDirectory()
    let disk = try NamedDisk()
    let data = directory.file("data")
    let store = try SQLiteEventStore(directory: data, options: .init(fileSystem: disk.name))
    // A COMMIT whose sync failed never enters the WAL's index: while the process lives it is gone.
    return StoreUnderTest(
      store, keeping: directory, faults: [.refused, .unknownLost],
      fail: { disk.fail($0) }, heal: { disk.heal() },
      damage: { position in
        let database = try Database(
          path: "\(data)/log.db", vfs: "callback-checked-\(disk.name)")
        try database.execute(
          "UPDATE record SET payload = zeroblob(9) WHERE position = \(position)")
      })
  }

  @Test(arguments: ConformanceCase.all)
  func keepsThePromise(_ promise: ConformanceCase) async throws {
    try await promise.run(on: Self.kind)
  }
}

/// A disk that can be made to fail, under a name of its own.
private struct NamedDisk: @unchecked Sendable {
  private static let made = Mutex(0)

  let name: String
  /// Its counters are atomic, so that any thread may tell it to fail.
  private let disk: OpaquePointer

  init() throws {
    let number = Self.made.withLock { made in
      made += 1
      return made
    }
    name = "conforming-\(number)"
    disk = try #require(faulty_disk_make(name))
  }

  func fail(_ fault: InjectedFault) {
    let kind =
      switch fault {
      case .refused: FAULTY_DISK_FULL
      case .unknownWritten, .unknownLost: FAULTY_DISK_EIO_OF_SYNC
      }
    faulty_disk_fail(disk, Int32(kind), 0, 1)
  }

  func heal() { faulty_disk_heal(disk) }
}
