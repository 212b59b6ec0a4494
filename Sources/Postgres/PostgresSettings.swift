/// Where a server is and as whom to connect.
public struct PostgresSettings: Hashable, Sendable {
  /// What libpq reads: `host=… dbname=… user=…`, or a `postgresql://` address. Without an
  /// `sslmode` a server that is not on a Unix socket must show a certificate of its name.
  public var connection: String
  /// The password, which does not belong into `connection`.
  public var password: String?
  /// What the server shows of the session beside its user.
  public var applicationName: String
  /// Whether the server must take writes: a standby is passed over.
  public var needsPrimary: Bool
  /// Statements that are run at the beginning of every session.
  public var preamble: String

  /// Describes a connection.
  public init(
    connection: String, password: String? = nil, applicationName: String,
    needsPrimary: Bool = false, preamble: String = ""
  ) {
    self.connection = connection
    self.password = password
    self.applicationName = applicationName
    self.needsPrimary = needsPrimary
    self.preamble = preamble
  }
}
