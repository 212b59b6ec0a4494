import Foundation
import Glibc
import Synchronization

@testable import UnixRPC

/// A server on a Unix socket that does exactly what a test tells it to, connection by connection.
///
final class RawServer: Sendable {
  private let path: String
  private let listener: Int32
  private let isStopped = Mutex(false)

  /// Listens, and runs `body` for each connection in turn, in a thread of its own; the connection
  /// is closed when `body` returns.
  init(path: String, _ body: @escaping @Sendable (RawPeer, Int) -> Void) {
    self.path = path
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    listen(listener, 16)
    Thread.detachNewThread {
      var count = 0
      while true {
        let descriptor = accept(listener, nil, nil)
        if descriptor < 0 { break }
        count += 1
        body(RawPeer(descriptor: descriptor), count)
        close(descriptor)
      }
      // Only here: a number that was free earlier would soon be another server's.
      close(listener)
    }
  }

  /// Takes no further connections, and frees the path.
  func stop() {
    let wasStopped = isStopped.withLock { isStopped in
      defer { isStopped = true }
      return isStopped
    }
    if wasStopped { return }
    shutdown(listener, Int32(SHUT_RDWR))
    unlink(path)
  }
}

/// A client at the other end of a ``RawServer``'s connection.
final class RawPeer {
  private let descriptor: Int32
  private let reader = HPACKReader()
  private var rest: [UInt8] = []
  private var hasPreface = false
  private var waiting: [RawFrame] = []

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Sends frames; that the client has hung up shows when it is read from.
  func send(_ frames: [RawFrame]) {
    let bytes = frames.flatMap(\.bytes)
    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// Sends SETTINGS and takes the first call's stream and fields.
  func greet() -> (stream: UInt32, fields: [String: String])? {
    send([.settings(), .settingsAck])
    return nextCall()
  }

  /// The next call's stream and fields; nil where the client hangs up.
  func nextCall() -> (stream: UInt32, fields: [String: String])? {
    next { $0.type == 1 }.map { ($0.stream, reader.read($0.payload)) }
  }

  /// The next frame that is looked for; nil where the client hangs up.
  func next(_ isWanted: (RawFrame) -> Bool) -> RawFrame? {
    while true {
      while !waiting.isEmpty {
        let frame = waiting.removeFirst()
        if isWanted(frame) { return frame }
      }
      guard read() else { return nil }
    }
  }

  private func read() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return false }
    rest += buffer.prefix(count)
    if !hasPreface {
      guard rest.count >= RawFrame.preface.count else { return true }
      rest.removeFirst(RawFrame.preface.count)
      hasPreface = true
    }
    let (frames, left) = RawFrame.parse(rest)
    waiting += frames
    rest = left
    return true
  }
}

extension RawFrame {
  /// The head of an answer to a call.
  static func answer(
    _ stream: UInt32, _ fields: [(String, String)] = [], end: Bool = false
  ) -> RawFrame {
    headers(
      stream, [(":status", "200"), ("content-type", "application/grpc")] + fields, end: end)
  }

  /// The status that ends an answer.
  static func status(_ stream: UInt32, _ code: Int, _ fields: [(String, String)] = []) -> RawFrame {
    headers(stream, [("grpc-status", "\(code)")] + fields, end: true)
  }

  static func goAway(last: UInt32, _ code: UInt32) -> RawFrame {
    RawFrame(type: 7, payload: last.bigEndianBytes + code.bigEndianBytes)
  }
}
