import Glibc

/// A directory that is removed, with all that is in it, with its last reference.
final class TemporaryDirectory {
  let path: String

  init() {
    var template = Array(
      ("/tmp/callback-engine-" + String(repeating: "X", count: 6)).utf8CString)
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

/// Copies files, for tests of what a crash leaves.
enum Files {
  static func copy(_ source: String, to target: String) {
    guard let from = fopen(source, "rb"), let to = fopen(target, "wb") else { return }
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&part, 1, part.count, from), count > 0 {
      fwrite(part, 1, count, to)
    }
    fclose(from)
    fclose(to)
  }
}
