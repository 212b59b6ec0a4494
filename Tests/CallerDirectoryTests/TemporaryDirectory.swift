import Glibc

/// A directory of its own for a test, removed with the object.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array(("/tmp/callback-test-" + String(repeating: "X", count: 6)).utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  func file(_ name: String) -> String { path + "/" + name }

  deinit {
    guard let stream = opendir(path) else { return }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      unlink(path + "/" + name)
    }
    closedir(stream)
    rmdir(path)
  }
}
