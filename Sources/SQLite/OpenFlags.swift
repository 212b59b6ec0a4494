import CSQLite

/// How a database file is opened.
public struct OpenFlags: OptionSet, Sendable {
  /// The bits as SQLite defines them.
  public let rawValue: Int32
  /// Makes flags out of SQLite's bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Reads and never writes; the file must exist.
  public static let readOnly = OpenFlags(rawValue: SQLITE_OPEN_READONLY)
  /// Reads and writes.
  public static let readWrite = OpenFlags(rawValue: SQLITE_OPEN_READWRITE)
  /// Makes the file when it does not exist; together with `readWrite`.
  public static let create = OpenFlags(rawValue: SQLITE_OPEN_CREATE)
  /// Takes the path as a `file:` URI with parameters.
  public static let uri = OpenFlags(rawValue: SQLITE_OPEN_URI)
  /// Refuses a path whose last part is a symbolic link.
  public static let noFollow = OpenFlags(rawValue: SQLITE_OPEN_NOFOLLOW)
}
