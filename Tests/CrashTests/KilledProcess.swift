import Glibc
import TestSupport

/// A program of this package that is started and killed.
struct KilledProcess {
  /// Starts `program`, reads what it writes, kills it (SIGKILL) when it has written `bytes`, and
  /// gives all that it wrote.
  static func output(
    of program: String, _ arguments: [String], killedAfter bytes: Int
  ) throws -> [UInt8] {
    var pipeEnds: [Int32] = [0, 0]
    precondition(pipe(&pipeEnds) == 0, "no pipe")
    let (reading, writing) = (pipeEnds[0], pipeEnds[1])
    defer { close(reading) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, writing, 1)
    posix_spawn_file_actions_addclose(&actions, reading)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let path = try BuiltProgram.path(of: program)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, nil, &words, environ)
    close(writing)
    guard code == 0 else { throw BuiltProgram.CannotStart(path: path, code: code) }
    var output: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4_096)
    var isKilled = false
    while true {
      let count = read(reading, &part, part.count)
      guard count > 0 else { break }
      output += part[..<count]
      if output.count >= bytes, !isKilled {
        kill(process, SIGKILL)
        isKilled = true
      }
    }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return output
  }
}
