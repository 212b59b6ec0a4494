/// Bounds on the fields of requests, as the protos' comments give them. Text is counted in bytes of
/// UTF-8.
public enum FieldLimits {
  /// A request id: fits a UUID in any spelling, and a telephone system's call id.
  public static let requestIDBytes = 64
  /// An id that an operator, a desktop or a connector chooses.
  public static let identifierBytes = 64
  /// The text of an id that the service makes.
  public static let madeIdentifierBytes = 26
  /// A name: a caller's, a queue's, an agent's, a location's, a record's, an ad source.
  public static let nameBytes = 128
  /// A telephone number as people write it, with its extension.
  public static let numberBytes = 64
  /// A note.
  public static let noteBytes = 1_000
  /// The telephone system's id of a call, and the id of a record.
  public static let referenceBytes = 128
  /// Where to dial an agent.
  public static let endpointBytes = 128
  /// Why a number is excluded.
  public static let exclusionNoteBytes = 256
  /// A connector's name of its run.
  public static let instanceBytes = 64
  /// An etag, a page token or a resume token.
  public static let tokenBytes = 512
  /// A search in the directory.
  public static let queryBytes = 128

  /// A callback's priority.
  public static let priority: ClosedRange<Int32> = -100...100
  /// A level or a position in a queue.
  public static let tier: ClosedRange<UInt32> = 0...1_000
  /// A minute of a day.
  public static let minuteOfDay: ClosedRange<UInt32> = 0...1_439
  /// The name of a time zone.
  public static let zoneBytes = 64
  /// Queues of one agent.
  public static let memberships = 64
  /// Agents of one offers stream: a desktop for a whole team, not for everybody.
  public static let agentsPerSession = 256
  /// Reports in one message of a bulk call: what the engine takes in a batch or less.
  public static let reportsPerMessage = 256
  /// Locations that one connector dials for.
  public static let locationsPerDialer = 256
  /// Attempts that a connector says it still works on.
  public static let attemptsPerHello = 1_024
  /// Rows of one batch of an import.
  public static let rowsPerBatch = 200
  /// Rows of one message of an export: below 64 KiB with all that a record may hold.
  public static let exportedRows = 50
  /// Bytes of one message of a backup.
  public static let backupChunkBytes = 32 * 1024
  /// Numbers of one record.
  public static let numbersPerRecord = 16
  /// Live callbacks that a queue may be set to hold: what the design is measured for.
  public static let queueCapacity: UInt32 = 100_000

  /// A setting that is a length of time, in milliseconds: up to 366 days.
  public static let longestSettingMilliseconds: Int64 = 366 * 24 * 3_600_000
  /// A ring limit or a time to answer, in milliseconds: from one second, as telephones count.
  public static let shortestTimeoutMilliseconds: Int64 = 1_000

  /// How long answers are remembered at least, in milliseconds: a client's retries must find them.
  public static let shortestRequestMemoryMilliseconds: Int64 = 60_000
  /// Answers that may be remembered at most: about 2 GB.
  public static let requestMemory: UInt32 = 10_000_000

  /// Entries of a page when the request names no size, and at most.
  public static let page = PageSize(standard: 50, largest: 500)
  /// The same for a caller's history, whose entries are larger.
  public static let historyPage = PageSize(standard: 20, largest: 100)
  /// The same for searches in the directory.
  public static let searchPage = PageSize(standard: 20, largest: 100)
  /// Bytes of the entries of a page: with the rest of the reply below 64 KiB, the size limit of a
  /// message that every client accepts.
  public static let pageBytes = 48 * 1024

  /// How many entries a page has.
  public struct PageSize: Sendable {
    /// Where the request says 0.
    public let standard: Int
    /// The most that a request may ask for.
    public let largest: Int
  }
}
