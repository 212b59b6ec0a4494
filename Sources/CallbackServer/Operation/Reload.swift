import Synchronization

/// What became of the keys whose values have changed in the configuration file.
public struct ReloadOutcome: Hashable, Sendable {
  /// Their new values are in force.
  public var applied: [String]
  /// Their new values will be in force after a restart.
  public var needsRestart: [String]

  /// Puts an outcome together.
  public init(applied: [String] = [], needsRestart: [String] = []) {
    self.applied = applied
    self.needsRestart = needsRestart
  }
}

/// Why a configuration file was not put in force; nothing has changed.
public struct ReloadRefused: Error, Hashable, Sendable {
  /// The key to blame; empty where there is none.
  public var key: String
  /// The line, from 1; nil where there is none.
  public var line: Int?
  /// What is wrong.
  public var problem: String

  /// Says what is wrong.
  public init(key: String = "", line: Int? = nil, problem: String) {
    self.key = key
    self.line = line
    self.problem = problem
  }
}

/// Reads the configuration file again and puts it in force.
public typealias Reload = @Sendable () async throws(ReloadRefused) -> ReloadOutcome

/// What reads the configuration again, once somebody has said so.
final class ReloadSource: Sendable {
  private let source = Mutex<Reload?>(nil)

  func set(_ reload: @escaping Reload) { source.withLock { $0 = reload } }

  func run() async throws(ReloadRefused) -> ReloadOutcome {
    guard let reload = source.withLock({ $0 }) else {
      throw ReloadRefused(problem: "The daemon was started without a configuration file.")
    }
    return try await reload()
  }
}
