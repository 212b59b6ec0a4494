import Glibc

/// Where an export goes: a new file (0600), or standard output for `-`.
///
/// The file has its name only when it is whole: until then it is beside it, with `.partial` behind
/// its name, and is removed when the export fails.
final class ExportFile {
  /// Whether it is standard output, where nothing but the export belongs.
  let isStandard: Bool
  private let path: String
  private let descriptor: Int32
  private var isFinished = false

  private var partial: String { "\(path).partial" }

  /// Begins the file, which must not exist.
  init(_ path: String) throws(Failure) {
    self.path = path
    isStandard = path == "-"
    guard !isStandard else {
      descriptor = STDOUT_FILENO
      return
    }
    guard access(path, F_OK) != 0 else { throw Failure("\(path) exists already.", .usage) }
    descriptor = open("\(path).partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure("\(path) cannot be written: \(Self.reason())", .usage)
    }
  }

  deinit {
    if isStandard { return }
    close(descriptor)
    if !isFinished { unlink(partial) }
  }

  /// Writes the next of it.
  func write(_ text: String) throws(Failure) {
    if isStandard { return DescriptorSink(descriptor: descriptor).write(text) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else {
        throw Failure("\(path) cannot be written: \(Self.reason())")
      }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// Gives the file its name.
  func finish() throws(Failure) {
    if isStandard { return }
    // A link never replaces what is there.
    guard fsync(descriptor) == 0, link(partial, path) == 0 else {
      throw Failure("\(path) cannot be written: \(Self.reason())")
    }
    unlink(partial)
    isFinished = true
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
