import CallbackWire
import Glibc

/// Takes a backup's archive apart, and believes nothing that its checksums do not confirm.
struct BackupFileReader {
  /// The files that a backup may have.
  private static let known: Set = ["log.db", "directory.db"]
  private static let manifestLimit: UInt64 = 65_536

  private let path: String
  private let file: UnsafeMutablePointer<FILE>

  /// Opens a backup.
  init(path: String) throws(Failure) {
    guard let file = fopen(path, "rbe") else {
      throw Failure("\(path) cannot be read: \(PartialFile.reason())", .usage)
    }
    self.path = path
    self.file = file
  }

  /// Writes the files where `place` says.
  ///
  /// - Returns: their names, in order.
  func unpack(to place: (String) -> String) throws(Failure) -> [String] {
    defer { fclose(file) }
    var found = BackupManifest()
    while true {
      guard let header = TarHeader(block: try read(TarHeader.blockBytes)) else {
        throw damaged("it is no backup, or is cut off")
      }
      if header.name == BackupManifest.name {
        try check(found, header)
        return found.files.map(\.name)
      }
      guard Self.known.contains(header.name) else {
        throw damaged("it holds a file that no backup has")
      }
      found.files.append(
        .init(
          name: header.name, bytes: header.bytes,
          crc32: try copy(header, to: place(header.name))))
    }
  }

  private func check(_ found: BackupManifest, _ header: TarHeader) throws(Failure) {
    guard header.bytes <= Self.manifestLimit else { throw damaged("its list is too long") }
    let text = String(decoding: try read(Int(header.bytes)), as: UTF8.self)
    guard BackupManifest(text: text) == found, found.files.contains(where: { $0.name == "log.db" })
    else { throw damaged("a file in it is not what was backed up") }
  }

  private func copy(_ header: TarHeader, to target: String) throws(Failure) -> UInt32 {
    // It is private as the daemon's own files are, whatever the directory's mode.
    let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, let output = fdopen(descriptor, "wb") else {
      throw Failure("\(target) cannot be made: \(PartialFile.reason())")
    }
    defer { fclose(output) }
    var checksum = CRC32()
    var rest = header.bytes
    while rest > 0 {
      let bytes = try read(Int(min(rest, 65_536)))
      checksum.add(bytes)
      guard fwrite(bytes, 1, bytes.count, output) == bytes.count else {
        throw Failure("\(target): \(PartialFile.reason())")
      }
      rest -= UInt64(bytes.count)
    }
    _ = try read(header.padding)
    guard fflush(output) == 0, fsync(fileno(output)) == 0 else {
      throw Failure("\(target): \(PartialFile.reason())")
    }
    return checksum.value
  }

  private func read(_ count: Int) throws(Failure) -> [UInt8] {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
      filled = fread(room.baseAddress, 1, count, file)
    }
    if ferror(file) != 0 {
      throw Failure("\(path) cannot be read: \(PartialFile.reason())", .usage)
    }
    guard bytes.count == count else { throw damaged("it is cut off") }
    return bytes
  }

  private func damaged(_ words: String) -> Failure {
    Failure("\(path) cannot be restored: \(words).")
  }
}
