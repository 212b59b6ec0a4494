import Glibc

/// A directory that is removed, with all that is in it, with its last reference.
final class TemporaryDirectory {
  let path: String

  init() {
    var template = Array(
      ("/tmp/callback-crash-" + String(repeating: "X", count: 6)).utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  private static func remove(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(directory)
    }
    Glibc.remove(path)
  }
}
