import Glibc

/// A listening socket that a service manager hands over.
enum InheritedSocket {
  /// Refuses a descriptor that is no listening Unix stream socket with a file: without a file it has
  /// no permissions, and of another kind it has no credentials.
  static func check(_ descriptor: Int32) throws(RPCServerError) {
    guard option(descriptor, SO_DOMAIN) == AF_UNIX else {
      throw .unfitSocket("it is no Unix socket")
    }
    guard option(descriptor, SO_TYPE) == Int32(SOCK_STREAM.rawValue) else {
      throw .unfitSocket("it is no stream socket")
    }
    guard option(descriptor, SO_ACCEPTCONN) == 1 else { throw .unfitSocket("it does not listen") }
    guard path(of: descriptor) != nil else {
      throw .unfitSocket("it is abstract, and abstract sockets have no permissions")
    }
  }

  /// The file of a Unix socket; nil where it has none.
  static func path(of descriptor: Int32) -> String? {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let named = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    guard named == 0, address.sun_family == AF_UNIX else { return nil }
    let path = withUnsafeBytes(of: &address.sun_path) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return path.isEmpty ? nil : path
  }

  private static func option(_ descriptor: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }
}
