import Foundation
import Glibc
import Synchronization
import TestSupport

/// Stands between a client and a PostgreSQL server on Unix sockets, and cuts connections at chosen
/// moments of an append.
public final class CuttingProxy: Sendable {
  /// When to cut the connection of the next append.
  public enum Cut: Int, Sendable {
    /// Never.
    case none
    /// Before the server has any of it.
    case before
    /// When the server has committed it, before the client hears of that.
    case after
  }

  private let directory = TemporaryDirectory()
  private let server: String
  private let listening: Int32
  private let cut = Atomic(Cut.none.rawValue)
  private let refusing = Atomic(false)
  private let connections = Mutex<Set<Int32>>([])

  /// Starts a proxy to the server whose socket is in a directory.
  public init(to server: String) throws {
    self.server = server
    listening = try Self.listen(at: "\(directory.path)/.s.PGSQL.5432")
    let thread = Thread { [listening, weak self] in
      while true {
        let client = accept(listening, nil, nil)
        guard client >= 0, let self else { return }
        self.serve(client)
      }
    }
    thread.start()
  }

  deinit { close(listening) }

  /// The directory of the proxy's socket.
  public var socketDirectory: String { directory.path }

  /// Cuts the connection of the next append.
  public func cutNext(_ cut: Cut) { self.cut.store(cut.rawValue, ordering: .releasing) }

  /// Cuts every connection, and refuses new ones until told otherwise.
  public func setRefusing(_ refuses: Bool) {
    refusing.store(refuses, ordering: .releasing)
    if refuses { connections.withLock { for client in $0 { shutdown(client, Int32(SHUT_RDWR)) } } }
  }

  private func serve(_ client: Int32) {
    guard !refusing.load(ordering: .acquiring),
      let upstream = try? Self.connect(to: "\(server)/.s.PGSQL.5432")
    else {
      close(client)
      return
    }
    _ = connections.withLock { $0.insert(client) }
    Thread { [self] in
      pass(client, upstream)
      _ = connections.withLock { $0.remove(client) }
      close(client)
      close(upstream)
    }.start()
  }

  /// Passes bytes on until one side ends, or the connection is cut.
  private func pass(_ client: Int32, _ upstream: Int32) {
    var swallowed: [UInt8]?
    while true {
      var waiting = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0),
        pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&waiting, 2, -1) > 0 else { continue }
      if waiting[0].revents != 0 {
        guard let bytes = Self.read(client) else { return }
        if Self.isAppend(bytes) {
          switch Cut(rawValue: cut.exchange(Cut.none.rawValue, ordering: .acquiringAndReleasing)) {
          case .before: return
          case .after: swallowed = []
          case .some(.none), nil: break
          }
        }
        guard Self.write(bytes, to: upstream) else { return }
      }
      if waiting[1].revents != 0 {
        guard let bytes = Self.read(upstream) else { return }
        if swallowed != nil {
          swallowed! += bytes
          // ReadyForQuery, idle: the transaction is over.
          if swallowed!.suffix(6) == [UInt8(ascii: "Z"), 0, 0, 0, 5, UInt8(ascii: "I")] { return }
        } else if !Self.write(bytes, to: client) {
          return
        }
      }
    }
  }

  /// A Bind to the statement that every append begins with, in the unnamed portal.
  private static func isAppend(_ bytes: [UInt8]) -> Bool {
    let pattern = [0] + Array("fence".utf8) + [0]
    guard bytes.count >= pattern.count else { return false }
    return (0...(bytes.count - pattern.count)).contains { start in
      bytes[start..<(start + pattern.count)].elementsEqual(pattern)
    }
  }
}

// MARK: - Sockets

extension CuttingProxy {
  private struct SocketFailed: Error { let code: Int32 }

  private static func address(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    return address
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = address(path)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func listen(at path: String) throws -> Int32 {
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard withAddress(path, { bind(made, $0, $1) }) == 0, Glibc.listen(made, 64) == 0 else {
      throw SocketFailed(code: errno)
    }
    chmod(path, 0o777)
    return made
  }

  private static func connect(to path: String) throws -> Int32 {
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard withAddress(path, { Glibc.connect(made, $0, $1) }) == 0 else {
      close(made)
      throw SocketFailed(code: errno)
    }
    return made
  }

  private static func read(_ descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? Array(bytes[..<count]) : nil
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var left = bytes[...]
    while !left.isEmpty {
      let count = left.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      left = left.dropFirst(count)
    }
    return true
  }
}
