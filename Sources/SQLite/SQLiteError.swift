import CSQLite

/// What SQLite answered when a call did not succeed, with the exact result code.
public struct SQLiteError: Error, Hashable, Sendable {
  /// What a caller can do about an error, derived from its primary code.
  public enum Kind: Hashable, Sendable {
    /// SQLITE_FULL: the file system or the database has no room.
    case full
    /// SQLITE_IOERR: the operating system failed a read, a write or a sync.
    case inputOutput
    /// SQLITE_CORRUPT or SQLITE_NOTADB: the file is not what it should be.
    case corrupt
    /// SQLITE_BUSY or SQLITE_LOCKED: somebody else holds the lock; the busy timeout ran out.
    case busy
    /// SQLITE_CONSTRAINT: a unique key, a check or a foreign key refused the row.
    case constraint
    /// SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM or SQLITE_AUTH: the file may not be used so.
    case access
    /// SQLITE_INTERRUPT or SQLITE_ABORT: the statement was stopped on request.
    case interrupted
    /// SQLITE_NOMEM or SQLITE_TOOBIG: a value or the process outgrew its limit.
    case tooLarge
    /// Everything else, such as an error in the SQL.
    case other
  }

  /// The extended result code, such as SQLITE_IOERR_FSYNC (1034).
  public let code: Int32
  /// SQLite's own words; they may name tables and paths, so they are for logs, not for clients.
  public let message: String
  /// The `errno` behind an I/O error or a failed open; 0 where there is none.
  public let systemErrorNumber: Int32

  /// Makes an error out of its parts.
  public init(code: Int32, message: String, systemErrorNumber: Int32 = 0) {
    self.code = code
    self.message = message
    self.systemErrorNumber = systemErrorNumber
  }

  /// The low eight bits of the code, such as SQLITE_IOERR (10).
  public var primaryCode: Int32 { code & 0xff }

  /// The class of the error.
  public var kind: Kind {
    switch primaryCode {
    case SQLITE_FULL: .full
    case SQLITE_IOERR: .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_CONSTRAINT: .constraint
    case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .access
    case SQLITE_INTERRUPT, SQLITE_ABORT: .interrupted
    case SQLITE_NOMEM, SQLITE_TOOBIG: .tooLarge
    default: .other
    }
  }

  /// The error that `connection` reports for a call that returned `code`.
  static func last(_ code: Int32, on connection: OpaquePointer?) -> SQLiteError {
    guard let connection else {
      return SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)))
    }
    // The connection remembers only its latest error; a code it does not know of is kept as is.
    let extended = sqlite3_extended_errcode(connection)
    let same = extended & 0xff == code & 0xff
    let text = same ? sqlite3_errmsg(connection) : sqlite3_errstr(code)
    return SQLiteError(
      code: same ? extended : code, message: text.map { String(cString: $0) } ?? "",
      systemErrorNumber: sqlite3_system_errno(connection))
  }
}

extension SQLiteError: CustomStringConvertible {
  /// The message with the extended code behind it.
  public var description: String {
    systemErrorNumber == 0
      ? "\(message) (SQLite \(code))"
      : "\(message) (SQLite \(code), errno \(systemErrorNumber))"
  }
}
