import Glibc

/// Directories that nobody enters whom nobody let in.
enum PrivateDirectory {
  /// Makes the directory of a file, and those above it, where they are missing.
  ///
  /// A directory that exists is left as it is: its owner has chosen who may enter. A new one is its
  /// user's alone until it has its group, and gets its mode then.
  static func make(
    parentOf file: String, mode: UInt32 = 0o700, group: UInt32? = nil
  ) throws(StartError) {
    guard let path = parent(of: file) else { return }
    if mkdir(path, 0o700) != 0 {
      if errno == EEXIST { return }
      guard errno == ENOENT else { throw failure(path) }
      try make(parentOf: path, mode: mode, group: group)
      if mkdir(path, 0o700) != 0 {
        if errno == EEXIST { return }
        throw failure(path)
      }
    }
    if let group, chown(path, .max, group) != 0 { throw failure(path) }
    if mode != 0o700, chmod(path, mode) != 0 { throw failure(path) }
  }

  /// The directory of a file; nil for one in the root directory.
  static func parent(of file: String) -> String? {
    guard let slash = file.lastIndex(of: "/"), slash != file.startIndex else { return nil }
    return String(file[..<slash])
  }

  private static func failure(_ path: String) -> StartError {
    .parentDirectory(path, reason: String(cString: strerror(errno)))
  }
}
