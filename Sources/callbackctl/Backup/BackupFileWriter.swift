import CallbackWire
import Glibc

/// Writes a backup as a tar archive that carries its own checksums.
final class BackupFileWriter {
  private let file: PartialFile
  private let now: UInt64
  private var current: (header: TarHeader, checksum: CRC32)?
  private var manifest = BackupManifest()

  /// Begins a file that must not exist (0600).
  init(path: String) throws(Failure) {
    now = UInt64(time(nil))
    file = try PartialFile(path: path)
  }

  /// A file begins.
  func begin(_ name: String, bytes: UInt64) throws(Failure) {
    try endFile()
    let header = TarHeader(name: name, bytes: bytes, modifiedAt: now)
    current = (header, CRC32())
    try file.write(header.block)
  }

  /// Its next bytes.
  func write(contents bytes: [UInt8]) throws(Failure) {
    current?.checksum.add(bytes)
    try file.write(bytes)
  }

  /// Adds the checksums, makes all durable, and gives the file its name.
  func finish() throws(Failure) {
    try endFile()
    let text = Array(manifest.text.utf8)
    try begin(BackupManifest.name, bytes: UInt64(text.count))
    try write(contents: text)
    try endFile()
    try file.write([UInt8](repeating: 0, count: 2 * TarHeader.blockBytes))
    try file.finish()
  }

  private func endFile() throws(Failure) {
    guard let ended = current else { return }
    manifest.files.append(
      .init(
        name: ended.header.name, bytes: ended.header.bytes, crc32: ended.checksum.value))
    current = nil
    try file.write([UInt8](repeating: 0, count: ended.header.padding))
  }
}
