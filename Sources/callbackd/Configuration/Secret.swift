/// Where a secret is; the configuration never holds one.
enum Secret: Equatable, Sendable {
  /// In a file that holds one line.
  case file(String)
  /// In a variable of the daemon's environment.
  case environment(String)

  /// The value of a variable.
  typealias Environment = (String) -> String?

  /// A secret is not where it should be.
  struct Missing: Error {
    /// What is wrong, for the operator.
    let words: String
  }

  /// The secret without the line break at its end.
  func read(_ environment: Environment) throws(Missing) -> String {
    switch self {
    case .environment(let variable):
      guard let value = environment(variable), !value.isEmpty else {
        throw Missing(words: "the environment has no \(variable)")
      }
      return value
    case .file(let path):
      let text = ConfigurationFile.text(of: path, atMost: 16 * 1024)
      guard let text else { throw Missing(words: "\(path) cannot be read") }
      let line = text.trimmingSuffix { $0.isNewline || $0 == " " }
      guard !line.isEmpty, !line.contains(where: \.isNewline) else {
        throw Missing(words: "\(path) must hold one line with the secret")
      }
      return String(line)
    }
  }
}
