import Glibc

/// Users and groups by the names that the host knows, or by number.
enum AccountNames {
  /// The id of a user; nil where the host knows no such name.
  static func user(_ name: String) -> UInt32? {
    if let id = number(name) { return id }
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var room = [CChar](repeating: 0, count: 64 * 1024)
    guard getpwnam_r(name, &entry, &room, room.count, &found) == 0, found != nil else { return nil }
    return entry.pw_uid
  }

  /// The id of a group; nil where the host knows no such name.
  static func group(_ name: String) -> UInt32? {
    if let id = number(name) { return id }
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    // A group's entry lists its members.
    var room = [CChar](repeating: 0, count: 1024 * 1024)
    guard getgrnam_r(name, &entry, &room, room.count, &found) == 0, found != nil else { return nil }
    return entry.gr_gid
  }

  /// The largest number means "no id" to the kernel.
  private static func number(_ text: String) -> UInt32? {
    guard let first = text.utf8.first, (48...57).contains(first) else { return nil }
    return UInt32(text).flatMap { $0 == .max ? nil : $0 }
  }
}
