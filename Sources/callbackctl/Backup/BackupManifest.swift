/// What a backup must contain: the last file of its archive, one line a file.
struct BackupManifest: Equatable {
  /// The name in the archive.
  static let name = "MANIFEST"

  /// A file of the backup.
  struct File: Equatable {
    var name: String
    var bytes: UInt64
    var crc32: UInt32
  }

  /// The files in their order.
  var files: [File] = []

  /// A line a file: CRC-32 in hexadecimal, length, name.
  var text: String {
    files.map { file in
      let digits = String(file.crc32, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
        + " \(file.bytes) \(file.name)\n"
    }.joined()
  }

  init(files: [File] = []) { self.files = files }

  /// Reads the text; nil where it is none.
  init?(text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let crc32 = UInt32(words[0], radix: 16), let bytes = UInt64(words[1])
      else { return nil }
      files.append(File(name: String(words[2]), bytes: bytes, crc32: crc32))
    }
  }
}
