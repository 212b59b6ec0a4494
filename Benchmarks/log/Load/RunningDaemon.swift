import CallbackClient
import CallbackMessages
import Glibc

/// A daemon of the benchmark's own, on a socket and data of its own.
final class RunningDaemon: Sendable {
  let client: CallbackClient
  private let process: pid_t

  /// Starts the program and returns when it answers.
  ///
  /// - Parameter more: arguments beside those that name its socket and its data.
  init(program: String, directory: String, _ more: [String] = []) async throws {
    let socket = "\(directory)/run/callbackd.sock"
    let words = [program, "--socket", socket, "--data", "\(directory)/data"] + more
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var started = pid_t()
    guard posix_spawn(&started, program, nil, nil, &arguments, environ) == 0 else {
      throw Failed(description: "\(program) cannot be started")
    }
    process = started
    client = CallbackClient(socket: socket)
    for _ in 0..<200 {
      if await Self.answers(client) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failed(description: "the daemon does not answer")
  }

  private static func answers(_ client: CallbackClient) async -> Bool {
    do {
      _ = try await client.call(AdminServiceMethods.getServerInfo, V1.GetServerInfoRequest())
      return true
    } catch {
      return false
    }
  }

  /// What it has used of the processors so far.
  func processorTime() -> Duration {
    guard let file = fopen("/proc/\(process)/stat", "re") else { return .zero }
    defer { fclose(file) }
    var room = [CChar](repeating: 0, count: 1_024)
    guard fgets(&room, Int32(room.count), file) != nil else { return .zero }
    let bytes = room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    // Fields 14 and 15, counted from behind the name in parentheses.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
      return .zero
    }
    return .seconds(Double(user + system) / Double(sysconf(Int32(_SC_CLK_TCK))))
  }

  func stop() {
    kill(process, SIGTERM)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}

/// What keeps a benchmark from going on.
struct Failed: Error, CustomStringConvertible {
  let description: String
}
