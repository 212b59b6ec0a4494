import CPostgreSQL
import Glibc

/// One connection to a server, used by one thread at a time; nothing on it waits beyond a deadline.
public final class PostgresConnection {
  /// When to give up.
  public typealias Deadline = ContinuousClock.Instant

  let handle: OpaquePointer
  private var prepared: Set<String> = []

  /// Connects and runs the settings' preamble.
  public init(_ settings: PostgresSettings, deadline: Deadline) throws(PostgresError) {
    var keywords = [
      "sslmode", "application_name", "client_encoding", "keepalives_idle", "tcp_user_timeout",
      "target_session_attrs", "dbname",
    ]
    var values = [
      "verify-full", settings.applicationName, "UTF8", "10", "10000",
      settings.needsPrimary ? "read-write" : "any", settings.connection,
    ]
    if let password = settings.password {
      keywords.append("password")
      values.append(password)
    }
    guard let handle = Self.start(keywords, values) else { throw .connection("out of memory") }
    self.handle = handle
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    try connect(deadline)
    guard PQsetnonblocking(handle, 1) == 0 else { throw lost("connecting") }
    if !settings.preamble.isEmpty { try execute(settings.preamble, deadline: deadline) }
  }

  deinit { PQfinish(handle) }

  /// Whether it can be used again: no transaction on it has failed, and none is half asked for.
  public var isUsable: Bool {
    guard PQstatus(handle) == CONNECTION_OK else { return false }
    let status = PQtransactionStatus(handle)
    return status == PQTRANS_IDLE || status == PQTRANS_INTRANS
  }

  /// Whether no transaction was begun on it that has not ended, be it by failing.
  public var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

  /// Whether a transaction was begun on it that has neither ended nor failed.
  public var isInTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }

  /// The socket, to wait for notifications on.
  public var descriptor: Int32 { PQsocket(handle) }

  /// Runs statements without parameters, in one transaction unless they say otherwise.
  public func execute(_ sql: String, deadline: Deadline) throws(PostgresError) {
    guard PQsendQuery(handle, sql) == 1 else { throw lost("asking") }
    try flush(deadline)
    var refusal: PostgresError?
    while let result = try nextResult(deadline) {
      defer { PQclear(result) }
      refusal = refusal ?? self.refusal(of: result)
    }
    if let refusal { throw refusal }
  }

  /// Runs a statement and returns its rows.
  public func run(
    _ statement: PostgresStatement, _ values: [PostgresValue] = [], deadline: Deadline
  ) throws(PostgresError) -> PostgresRows {
    try prepare(statement, deadline)
    guard send(statement, values) else { throw lost("asking") }
    try flush(deadline)
    return try onlyRows(deadline)
  }

  /// Prepares a statement unless that has been done.
  func prepare(_ statement: PostgresStatement, _ deadline: Deadline) throws(PostgresError) {
    guard !prepared.contains(statement.name) else { return }
    let types = statement.types.map { Oid($0.rawValue) }
    guard PQsendPrepare(handle, statement.name, statement.sql, Int32(types.count), types) == 1
    else { throw lost("preparing") }
    try flush(deadline)
    _ = try onlyRows(deadline)
    prepared.insert(statement.name)
  }

  /// Hands a prepared statement to libpq; whether it took it. Results come in binary form.
  func send(_ statement: PostgresStatement, _ values: [PostgresValue]) -> Bool {
    withEncoded(values) { pointers, lengths, formats in
      PQsendQueryPrepared(
        handle, statement.name, Int32(values.count), pointers, lengths, formats, 1) == 1
    }
  }

  /// Hands a statement to libpq that is not prepared; whether it took it. Results come as texts.
  func sendUnprepared(_ statement: PostgresStatement, _ values: [PostgresValue]) -> Bool {
    let types = statement.types.map { Oid($0.rawValue) }
    return withEncoded(values) { pointers, lengths, formats in
      PQsendQueryParams(
        handle, statement.sql, Int32(values.count), types, pointers, lengths, formats, 0) == 1
    }
  }

  /// Parameters as libpq takes them: where each begins, its bytes, and that it is binary.
  private func withEncoded(
    _ values: [PostgresValue],
    _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Bool
  ) -> Bool {
    let encoded = values.map(\.encoded)
    let lengths = encoded.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: values.count)
    // One block for all values: pointers into separate arrays would not stay valid together.
    let block = encoded.flatMap { $0 ?? [] }
    return block.withUnsafeBytes { block in
      // An empty value still needs an address: none would be NULL.
      let start = block.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
      var offset = 0
      let pointers = encoded.map { value -> UnsafePointer<CChar>? in
        guard let value else { return nil }
        defer { offset += value.count }
        return (start + offset).assumingMemoryBound(to: CChar.self)
      }
      return body(pointers, lengths, formats)
    }
  }

  /// The rows of the one statement that was sent.
  private func onlyRows(_ deadline: Deadline) throws(PostgresError) -> PostgresRows {
    var rows: PostgresRows?
    var refusal: PostgresError?
    while let result = try nextResult(deadline) {
      refusal = refusal ?? self.refusal(of: result)
      rows = PostgresRows(result)
    }
    if let refusal { throw refusal }
    guard let rows else { throw lost("reading") }
    return rows
  }
}

// MARK: - Waiting

extension PostgresConnection {
  private func connect(_ deadline: Deadline) throws(PostgresError) {
    guard PQstatus(handle) != CONNECTION_BAD else { throw lost("connecting") }
    var wanted = PGRES_POLLING_WRITING
    while true {
      switch wanted {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING: try wait(for: Int16(POLLIN), deadline)
      case PGRES_POLLING_WRITING: try wait(for: Int16(POLLOUT), deadline)
      default: throw lost("connecting")
      }
      wanted = PQconnectPoll(handle)
    }
  }

  /// Sends what is to be sent, and takes in meanwhile what the server says: it may stop reading
  /// until somebody does.
  func flush(_ deadline: Deadline) throws(PostgresError) {
    while true {
      let left = PQflush(handle)
      if left == 0 { return }
      guard left == 1 else { throw lost("asking") }
      try wait(for: Int16(POLLIN | POLLOUT), deadline)
      guard PQconsumeInput(handle) == 1 else { throw lost("asking") }
    }
  }

  /// The next result; nil at the end of a statement's.
  func nextResult(_ deadline: Deadline) throws(PostgresError) -> OpaquePointer? {
    while PQisBusy(handle) == 1 {
      try wait(for: Int16(POLLIN), deadline)
      guard PQconsumeInput(handle) == 1 else { throw lost("reading") }
    }
    return PQgetResult(handle)
  }

  func wait(for events: Int16, _ deadline: Deadline) throws(PostgresError) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      guard left.seconds >= 0, milliseconds >= 0 else {
        throw .connection("the server took too long")
      }
      var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
      let ready = poll(&descriptor, 1, Int32(clamping: milliseconds + 1))
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw .connection("poll: error \(errno)") }
    }
  }
}

// MARK: - Errors

extension PostgresConnection {
  /// What the server refused; nil for a result that is none.
  func refusal(of result: OpaquePointer) -> PostgresError? {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY,
      PGRES_PIPELINE_SYNC:
      return nil
    default: break
    }
    let words = Self.words(PQresultErrorMessage(result))
    // 'C': the field of the SQLSTATE. libpq itself gives none where it lost the connection.
    guard let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
      return .connection(words)
    }
    return .server(state: String(cString: state), words)
  }

  func lost(_ doing: String) -> PostgresError {
    .connection("\(doing): \(Self.words(PQerrorMessage(handle)))")
  }

  /// The server's or libpq's words: one line, bounded.
  private static func words(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "no reason given" }
    let line = String(cString: text).split(separator: "\n").first ?? ""
    return String(line.prefix(256))
  }

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
}
