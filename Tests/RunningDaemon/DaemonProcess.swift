import Glibc
import TestSupport

/// A callbackd of the test's own, which is killed and started again on the same data.
public final class DaemonProcess {
  /// Where it listens.
  public let socket: String
  /// Where it keeps its files.
  public let data: String
  private let output: String
  private let more: [String]
  private var process: pid_t?

  /// A daemon in a directory; it is not started yet.
  ///
  /// - Parameter arguments: beside those that name its socket and its data.
  public init(in directory: String, arguments: [String] = []) {
    socket = "\(directory)/run/callbackd.sock"
    data = "\(directory)/data"
    output = "\(directory)/callbackd.log"
    more = arguments
  }

  deinit { kill() }

  /// Starts it; clients reach it a moment later.
  public func start() throws {
    let path = try BuiltProgram.path(of: "callbackd")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let arguments = [path, "--socket", socket, "--data", data] + more
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var started = pid_t()
    let code = posix_spawn(&started, path, &actions, nil, &words, environ)
    guard code == 0 else { throw BuiltProgram.CannotStart(path: path, code: code) }
    process = started
  }

  /// Whether it was started, and not killed or stopped since.
  public var isStarted: Bool { process != nil }

  /// Kills it at once (SIGKILL).
  public func kill() { end(by: SIGKILL) }

  /// Asks it to stop, and waits until it has.
  public func stop() { end(by: SIGTERM) }

  /// Lets it do nothing until it is resumed (SIGSTOP).
  public func pause() { send(SIGSTOP) }

  /// Lets it go on.
  public func resume() { send(SIGCONT) }

  private func send(_ signal: Int32) {
    if let process { Glibc.kill(process, signal) }
  }

  private func end(by signal: Int32) {
    guard let process else { return }
    self.process = nil
    Glibc.kill(process, signal)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// What it said.
  public var words: String { String(decoding: Files.read(output), as: UTF8.self) }
}
