import Glibc

/// A listening Unix socket in the file system, with the lock that keeps a second server away.
///
/// The lock file outlives the server: removing it would let two servers hold locks on different
/// files of the same name.
struct SocketFile {
  let path: String
  /// The listening socket; whoever takes it closes it.
  let descriptor: Int32
  private let lock: Int32
  private let device: UInt64
  private let inode: UInt64

  /// Locks the path, replaces a socket that a dead server left, and listens.
  ///
  /// The file has at most the mode asked for from the moment it exists: Linux creates it with the
  /// mode of the socket, which is set before binding. Where it is to have another group than the
  /// process, only the owner may connect until it has.
  init(
    path: String, mode: UInt32, group: UInt32? = nil, backlog: Int32
  ) throws(RPCServerError) {
    try Self.check(path)
    let lock = try Self.takeLock(path)
    do throws(RPCServerError) {
      try Self.removeStale(path)
      descriptor = try Self.listen(path, mode, group, backlog)
    } catch {
      Glibc.close(lock)
      throw error
    }
    var status = stat()
    _ = stat(path, &status)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    self.path = path
    self.lock = lock
  }

  /// Removes the file, if it is still this server's. New clients find nothing there.
  func unlink() {
    var status = stat()
    if lstat(path, &status) == 0, UInt64(status.st_dev) == device, UInt64(status.st_ino) == inode {
      Glibc.unlink(path)
    }
  }

  /// Lets another server have the path.
  func releaseLock() {
    Glibc.close(lock)
  }

  private static func check(_ path: String) throws(RPCServerError) {
    if path.isEmpty || path.hasPrefix("@") || path.utf8.contains(0) { throw .invalidPath(path) }
    let count = path.utf8.count
    if count > 107 { throw .pathTooLong(path, bytes: count) }
  }

  private static func takeLock(_ path: String) throws(RPCServerError) -> Int32 {
    let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if lock < 0 { throw .system(operation: "opening the lock file", errno: errno) }
    if flock(lock, LOCK_EX | LOCK_NB) != 0 {
      let error = errno
      Glibc.close(lock)
      if error == EWOULDBLOCK { throw .alreadyRunning(path) }
      throw .system(operation: "locking", errno: error)
    }
    return lock
  }

  private static func removeStale(_ path: String) throws(RPCServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    // A service manager that listens there holds no lock, nor does a server whose lock file was
    // removed.
    if isServed(path) { throw .alreadyRunning(path) }
    if Glibc.unlink(path) != 0 {
      throw .system(operation: "removing the stale socket", errno: errno)
    }
  }

  private static func listen(
    _ path: String, _ mode: UInt32, _ group: UInt32?, _ backlog: Int32
  ) throws(RPCServerError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    if descriptor < 0 { throw .system(operation: "socket", errno: errno) }
    do throws(RPCServerError) {
      let firstMode = group == nil ? mode : mode & 0o700
      if fchmod(descriptor, firstMode) != 0 { throw .system(operation: "fchmod", errno: errno) }
      try bind(descriptor, path)
      if let group, lchown(path, .max, group) != 0 {
        throw .system(operation: "giving the socket to group \(group)", errno: errno)
      }
      // The umask may have taken bits away; nothing was ever added.
      if chmod(path, mode) != 0 { throw .system(operation: "chmod", errno: errno) }
      if Glibc.listen(descriptor, backlog) != 0 { throw .system(operation: "listen", errno: errno) }
      return descriptor
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Whether somebody listens on the socket.
  private static func isServed(_ path: String) -> Bool {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    if descriptor < 0 { return false }
    defer { Glibc.close(descriptor) }
    // A full queue of connections is somebody's, too.
    return withAddress(path) { connect(descriptor, $0, $1) } == 0 || errno == EAGAIN
  }

  private static func bind(_ descriptor: Int32, _ path: String) throws(RPCServerError) {
    let result = withAddress(path) { Glibc.bind(descriptor, $0, $1) }
    if result != 0 { throw .system(operation: "bind", errno: errno) }
  }

  /// - Precondition: the path fits into an address.
  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
