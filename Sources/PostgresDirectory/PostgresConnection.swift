import CPostgreSQL
import CallerDirectory
import Glibc

/// One connection to a server, used by one thread at a time; nothing on it waits beyond a deadline.
final class PostgresConnection {
  /// A row: its fields by the names of their columns.
  typealias Row = [(column: String, value: String)]

  /// The most rows of an answer, and their bytes: more is no caller's records.
  static let maximumRows = 1024
  static let maximumBytes = 1 << 20

  private let handle: OpaquePointer
  private var prepared: Set<String> = []

  /// Connects, and makes the session read-only with a limit on statements.
  init(_ settings: PostgresSettings, deadline: ContinuousClock.Instant) throws(DirectoryError) {
    var keywords = ["sslmode", "application_name", "client_encoding", "dbname"]
    var values = ["verify-full", "callbackd", "UTF8", settings.connection]
    if let password = settings.password {
      keywords.append("password")
      values.append(password)
    }
    guard let handle = Self.start(keywords, values) else { throw .unavailable("out of memory") }
    self.handle = handle
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    try connect(deadline)
    guard PQsetnonblocking(handle, 1) == 0 else { throw failure("connecting") }
    let (seconds, attoseconds) = settings.statementTimeout.components
    let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    guard
      PQsendQuery(
        handle,
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; "
          + "SET statement_timeout = \(milliseconds); "
          + "SET idle_in_transaction_session_timeout = 5000") == 1
    else { throw failure("connecting") }
    _ = try results(deadline)
  }

  deinit { PQfinish(handle) }

  /// Whether it can be used again.
  var isUsable: Bool {
    PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
  }

  /// Runs a statement with text parameters.
  func run(
    _ sql: String, _ parameters: [(type: UInt32, value: String)], named name: String,
    deadline: ContinuousClock.Instant
  ) throws(DirectoryError) -> [Row] {
    if !prepared.contains(name) {
      let types = parameters.map { Oid($0.type) }
      guard PQsendPrepare(handle, name, sql, Int32(types.count), types) == 1 else {
        throw failure("preparing")
      }
      _ = try results(deadline)
      prepared.insert(name)
    }
    // A NUL cannot be in a parameter of text, and would cut it short here.
    guard parameters.allSatisfy({ !$0.value.utf8.contains(0) }) else { return [] }
    let sent = Self.withCStrings(parameters.map(\.value)) { values in
      PQsendQueryPrepared(handle, name, Int32(parameters.count), values, nil, nil, 0)
    }
    guard sent == 1, PQsetSingleRowMode(handle) == 1 else { throw failure("asking") }
    return try results(deadline)
  }

  // MARK: - Waiting

  private func connect(_ deadline: ContinuousClock.Instant) throws(DirectoryError) {
    guard PQstatus(handle) != CONNECTION_BAD else { throw failure("connecting") }
    var wanted = PGRES_POLLING_WRITING
    while true {
      switch wanted {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING: try wait(for: Int16(POLLIN), deadline)
      case PGRES_POLLING_WRITING: try wait(for: Int16(POLLOUT), deadline)
      default: throw failure("connecting")
      }
      wanted = PQconnectPoll(handle)
    }
  }

  /// Sends what is to be sent and takes all results of what was asked.
  private func results(_ deadline: ContinuousClock.Instant) throws(DirectoryError) -> [Row] {
    while true {
      let left = PQflush(handle)
      if left == 0 { break }
      guard left == 1 else { throw failure("asking") }
      try wait(for: Int16(POLLIN | POLLOUT), deadline)
      guard PQconsumeInput(handle) == 1 else { throw failure("asking") }
    }
    var rows: [Row] = []
    var bytes = 0
    var refusal: DirectoryError?
    while true {
      while PQisBusy(handle) == 1 {
        try wait(for: Int16(POLLIN), deadline)
        guard PQconsumeInput(handle) == 1 else { throw failure("reading") }
      }
      guard let result = PQgetResult(handle) else { break }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE:
        for row in 0..<PQntuples(result) {
          let fields = Self.row(result, row)
          bytes += fields.reduce(0) { $0 + $1.value.utf8.count + $1.column.utf8.count }
          rows.append(fields)
        }
        guard rows.count <= Self.maximumRows, bytes <= Self.maximumBytes else {
          // The connection is in the middle of an answer that nobody wants: it is given up.
          throw .unavailable("the answer has more than 1024 rows or 1 MiB")
        }
      default:
        refusal = .unavailable(Self.words(PQresultErrorMessage(result)))
      }
    }
    if let refusal { throw refusal }
    return rows
  }

  private func wait(
    for events: Int16, _ deadline: ContinuousClock.Instant
  ) throws(DirectoryError) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      guard left.seconds >= 0, milliseconds >= 0 else { throw .unavailable("took too long") }
      var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
      let ready = poll(&descriptor, 1, Int32(clamping: milliseconds + 1))
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw .unavailable("poll: error \(errno)") }
    }
  }

  // MARK: - C

  private static func start(_ keywords: [String], _ values: [String]) -> OpaquePointer? {
    withCStrings(keywords) { keywords in
      withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) }
    }
  }

  /// Strings as an array of C strings with a NULL at its end.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) } + [nil]
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
  }

  private static func row(_ result: OpaquePointer, _ row: Int32) -> Row {
    (0..<PQnfields(result)).compactMap { column in
      guard PQgetisnull(result, row, column) == 0 else { return nil }
      let bytes = UnsafeRawBufferPointer(
        start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
      return (String(cString: PQfname(result, column)), String(decoding: bytes, as: UTF8.self))
    }
  }

  private func failure(_ doing: String) -> DirectoryError {
    .unavailable("\(doing): \(Self.words(PQerrorMessage(handle)))")
  }

  /// The server's or libpq's words: one line, bounded.
  private static func words(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "no reason given" }
    let line = String(cString: text).split(separator: "\n").first ?? ""
    return String(line.prefix(256))
  }
}
