import EventLog
import Glibc
import PostgresEventLog

extension DaemonConfiguration {
  /// The log in PostgreSQL that is configured.
  ///
  /// - Throws: `.configuration` where the database is not named, or its password cannot be read.
  func postgresLog(
    acceptsDataLoss: Bool
  ) throws(StartError) -> PostgresEventStore.Options {
    guard let connection = log.connection else {
      throw Self.unfit("log.connection", "is missing, and log.kind is postgres")
    }
    var password: String?
    if let file = log.passwordFile {
      do throws(Secret.Missing) {
        password = try Secret.file(file).read { _ in nil }
      } catch {
        throw Self.unfit("log.password_file", error.words)
      }
    }
    return PostgresEventStore.Options(
      connection: connection, password: password, stream: log.stream,
      hostName: log.host ?? defaultHost, directory: data, acceptsDataLoss: acceptsDataLoss)
  }

  /// The host's name and the socket: no two daemons have both.
  private var defaultHost: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(String(decoding: bytes, as: UTF8.self)):\(socket ?? "")"
  }

  private static func unfit(_ key: String, _ problem: String) -> StartError {
    .configuration(
      ConfigurationError(file: "configuration", line: nil, key: key, problem: problem))
  }
}

extension DaemonConfiguration.Log {
  /// Where the log is, in words for the operator.
  func place(in data: String) -> String {
    switch kind {
    case .sqlite: "in \(data)"
    case .postgres: "\(stream) in PostgreSQL"
    }
  }
}
