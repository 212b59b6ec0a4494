import Glibc

/// A directory of a test's own that is removed, with all that is in it, with its last reference.
public final class TemporaryDirectory: Sendable {
  /// The directory's path.
  public let path: String

  /// Makes a new directory, which only its owner may enter.
  public init() {
    var template = Array(("/tmp/callback-test-" + String(repeating: "X", count: 6)).utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// The path of a file in it.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

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
