import Glibc

/// Whole files, for tests that copy and damage them.
public enum Files {
  /// The bytes of a file; none where it cannot be read.
  public static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&part, 1, part.count, file), count > 0 {
      bytes += part[..<count]
    }
    return bytes
  }

  /// Replaces a file.
  public static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { return }
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
  }

  /// Copies a file, where it is there.
  public static func copy(_ source: String, to target: String) {
    guard access(source, R_OK) == 0 else { return }
    write(read(source), to: target)
  }

  /// Removes a file.
  public static func remove(_ path: String) { unlink(path) }

  /// The permission bits of a file; 0 where it is not there.
  public static func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}
