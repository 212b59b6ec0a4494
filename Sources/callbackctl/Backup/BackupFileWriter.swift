import CallbackWire
import Glibc

/// Writes a backup as a tar archive that carries its own checksums.
///
/// The file has its name only when it is whole: until then it is beside it, with `.partial` behind
/// its name, and is removed when the backup fails.
final class BackupFileWriter {
  private let path: String
  private let descriptor: Int32
  private let now: UInt64
  private var isFinished = false
  private var current: (header: TarHeader, checksum: CRC32)?
  private var manifest = BackupManifest()

  private var partial: String { "\(path).partial" }

  /// Begins a file that must not exist (0600).
  init(path: String) throws(Failure) {
    self.path = path
    now = UInt64(time(nil))
    guard access(path, F_OK) != 0 else { throw Failure("\(path) exists already.", .usage) }
    descriptor = open("\(path).partial", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure("\(path).partial cannot be made: \(Self.reason())", .usage)
    }
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(partial) }
  }

  /// A file begins.
  func begin(_ name: String, bytes: UInt64) throws(Failure) {
    try endFile()
    let header = TarHeader(name: name, bytes: bytes, modifiedAt: now)
    current = (header, CRC32())
    try write(header.block)
  }

  /// Its next bytes.
  func write(contents bytes: [UInt8]) throws(Failure) {
    current?.checksum.add(bytes)
    try write(bytes)
  }

  /// Adds the checksums, makes all durable, and gives the file its name.
  func finish() throws(Failure) {
    try endFile()
    let text = Array(manifest.text.utf8)
    try begin(BackupManifest.name, bytes: UInt64(text.count))
    try write(contents: text)
    try endFile()
    try write([UInt8](repeating: 0, count: 2 * TarHeader.blockBytes))
    guard fsync(descriptor) == 0 else { throw Failure("\(path): \(Self.reason())") }
    // A link never replaces what is there.
    guard link(partial, path) == 0 else { throw Failure("\(path): \(Self.reason())") }
    unlink(partial)
    isFinished = true
  }

  private func endFile() throws(Failure) {
    guard let ended = current else { return }
    manifest.files.append(
      .init(
        name: ended.header.name, bytes: ended.header.bytes, crc32: ended.checksum.value))
    current = nil
    try write([UInt8](repeating: 0, count: ended.header.padding))
  }

  private func write(_ bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { throw Failure("\(path): \(Self.reason())") }
      rest = rest.dropFirst(max(0, count))
    }
  }

  static func reason() -> String { String(cString: strerror(errno)) }
}
