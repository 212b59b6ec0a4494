import Glibc

/// The programs of this package, as the tests start them.
public enum BuiltProgram {
  /// A program that is not there, or that the system does not start.
  public struct CannotStart: Error {
    /// Which.
    public let path: String
    /// Why, as errno numbers it.
    public let code: Int32

    /// Names a program and the reason.
    public init(path: String, code: Int32) { (self.path, self.code) = (path, code) }
  }

  /// Beside the tests themselves, where the build puts every program of the package.
  public static func path(of program: String) throws(CannotStart) -> String {
    var room = [CChar](repeating: 0, count: 4_096)
    for candidate in [buildDirectory(), ".build/debug"] {
      let path = "\(candidate)/\(program)"
      if realpath(path, &room) != nil {
        return String(
          decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    throw CannotStart(path: program, code: ENOENT)
  }

  /// From where this source lies.
  private static func buildDirectory() -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/.build/debug"
  }
}
