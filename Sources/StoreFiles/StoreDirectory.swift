import EventLog
import Glibc
import Synchronization

/// The directory of a store: private to its user, and locked by the process that has the log.
///
/// The lock is the kernel's (flock): it ends with the process however that ends, so that there is
/// no stale lock to remove by hand.
public final class StoreDirectory: Sendable {
  /// Where it is.
  public let path: String
  private let lock = Mutex<Int32?>(nil)

  /// Makes the directory (0700) where it is missing, and takes the lock.
  ///
  /// - Throws: `.inUse` when another process has it.
  public init(path: String) throws(EventLogError) {
    self.path = path
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw .unavailable("cannot make \(path): \(Self.reason())")
    }
    try takeLock()
  }

  deinit { releaseLock() }

  /// Takes the lock, if this process does not have it already.
  public func takeLock() throws(EventLogError) {
    try lock.withLock { lock throws(EventLogError) in
      if lock == nil { lock = try Self.locked("\(path)/lock", path) }
    }
  }

  /// Lets other processes have the directory.
  public func releaseLock() {
    lock.withLock { lock in
      if let descriptor = lock { close(descriptor) }
      lock = nil
    }
  }

  private static func locked(
    _ file: String, _ path: String
  ) throws(EventLogError) -> Int32 {
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable("cannot open \(file): \(reason())") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      if number == EWOULDBLOCK { throw .inUse(path) }
      throw .unavailable("cannot lock \(file): \(reason(number))")
    }
    return descriptor
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether a file is in it.
  public func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

  /// The names of the files in it that begin with `prefix`.
  public func names(beginning prefix: String) -> [String] {
    Self.names(in: path, beginning: prefix)
  }

  /// Removes the files in it whose names begin with `prefix`; whether there were any.
  @discardableResult
  public func removeFiles(beginning prefix: String) -> Bool {
    Self.removeFiles(in: path, beginning: prefix)
  }

  /// The same in any directory.
  @discardableResult
  public static func removeFiles(in path: String, beginning prefix: String) -> Bool {
    let found = names(in: path, beginning: prefix)
    for name in found { unlink("\(path)/\(name)") }
    return !found.isEmpty
  }

  private static func names(in path: String, beginning prefix: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(prefix) { found.append(name) }
    }
    return found
  }

  /// Makes an empty private file, so that what is made beside it later takes over its mode.
  public func makeFile(_ name: String) throws(EventLogError) {
    let descriptor = open(file(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unavailable("cannot make \(file(name)): \(Self.reason())")
    }
    close(descriptor)
  }

  /// Makes sure that the names of new files survive a loss of power.
  public func sync() throws(EventLogError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unavailable("cannot open \(path): \(Self.reason())") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .unavailable("cannot sync \(path): \(Self.reason())")
    }
  }

  /// What an error number means, in words.
  public static func reason(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
}
