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
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let named = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    let hasPath = named == 0 && size > 2 && address.sun_path.0 != 0
    guard hasPath else {
      throw .unfitSocket("it is abstract, and abstract sockets have no permissions")
    }
  }

  private static func option(_ descriptor: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }
}
