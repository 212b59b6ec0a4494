/// A statement that a connection prepares when it first runs it.
public struct PostgresStatement: Hashable, Sendable {
  /// The name that it has on the server; another text needs another name.
  public let name: String
  /// The text with `$1`, `$2`, ….
  public let sql: String
  /// The types of the parameters.
  public let types: [PostgresType]

  /// Names a statement.
  public init(_ name: String, _ sql: String, _ types: PostgresType...) {
    self.init(name, types: types, sql)
  }

  /// Names a statement.
  public init(_ name: String, types: [PostgresType], _ sql: String) {
    self.name = name
    self.sql = sql
    self.types = types
  }
}
