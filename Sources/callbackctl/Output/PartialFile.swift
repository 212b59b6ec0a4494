import Glibc

/// A new file (0600) that has its name only when it is whole: until then it is beside it, with
/// `.partial` behind its name, and is removed when it is given up.
final class PartialFile {
  private let path: String
  private let descriptor: Int32
  private var isFinished = false

  private var partial: String { "\(path).partial" }

  /// Begins a file that must not exist.
  init(path: String) throws(Failure) {
    guard access(path, F_OK) != 0 else { throw Failure("\(path) exists already.", .usage) }
    let descriptor = open("\(path).partial", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == EEXIST {
        throw Failure(
          "\(path).partial is there: another run writes it, or an interrupted one left it.\n"
            + "  → If none runs, remove it.", .usage)
      }
      throw Failure("\(path).partial cannot be made: \(Self.reason())", .usage)
    }
    // Only now is it this one's to remove: a partial object is not deinitialised.
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(partial) }
  }

  /// Writes its next bytes.
  func write(_ bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { throw Failure("\(path): \(Self.reason())") }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Makes all durable, and gives the file its name.
  func finish() throws(Failure) {
    guard fsync(descriptor) == 0 else { throw Failure("\(path): \(Self.reason())") }
    // A link never replaces what is there.
    guard link(partial, path) == 0 else { throw Failure("\(path): \(Self.reason())") }
    unlink(partial)
    isFinished = true
  }

  /// What the last system call had against it.
  static func reason() -> String { String(cString: strerror(errno)) }
}
