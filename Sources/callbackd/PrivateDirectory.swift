import Glibc

/// Directories that only their user enters.
enum PrivateDirectory {
  /// Makes the directory of a file, and those above it, where they are missing.
  ///
  /// A directory that exists is left as it is: its owner has chosen who may enter.
  static func make(parentOf file: String) throws(StartError) {
    guard let slash = file.lastIndex(of: "/"), slash != file.startIndex else { return }
    try make(String(file[..<slash]))
  }

  private static func make(_ path: String) throws(StartError) {
    if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else {
      throw .parentDirectory(path, reason: String(cString: strerror(errno)))
    }
    try make(parentOf: path)
    if mkdir(path, 0o750) != 0, errno != EEXIST {
      throw .parentDirectory(path, reason: String(cString: strerror(errno)))
    }
  }
}
