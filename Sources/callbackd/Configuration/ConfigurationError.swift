/// Why a configuration file is refused.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The file.
  var file: String
  /// The line, from 1; nil where no line is to blame.
  var line: Int?
  /// The key with its sections, such as `transport.threads`; empty where no key is to blame.
  var key: String
  /// What is wrong, and what would be right.
  var problem: String

  /// One line for the operator: file, line, key, problem.
  var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return key.isEmpty ? "\(place): \(problem)" : "\(place): \(key): \(problem)"
  }
}
