import Glibc
import NIOCore
import Synchronization

/// One path of a server with its handler.
final class Route: Sendable {
  let path: String
  let handler: RPCHandler?
  /// Answers at once, where that can be done; false where the handler has to be started.
  let atOnce: (@Sendable (ByteBuffer, RPCCall, inout ByteBuffer) throws -> Bool)?
  /// What decides on a call before its handler is needed.
  let kind: Kind
  /// Its place in the counts of each loop.
  let index: Int
  /// Who may call it.
  let check: RPCServerConfiguration.CallCheck

  init(
    path: String, handler: RPCHandler?, index: Int,
    check: @escaping RPCServerConfiguration.CallCheck = { _ in nil }
  ) {
    self.path = path
    self.handler = handler
    self.index = index
    self.check = check
    atOnce = handler?.atOnce
    kind =
      switch handler {
      case nil: .none
      case .page, .laterPage: .page
      case .clientStream, .bidirectional: .streaming
      case .immediate, .deferred, .unary, .attempted, .serverStream, .push: .single
      }
  }

  enum Kind {
    /// There is no such path.
    case none
    /// A page of plain HTTP.
    case page
    /// One request.
    case single
    /// A stream of requests.
    case streaming
  }
}

extension RPCHandler {
  /// What answers at once, where there is such a thing; false where it cannot.
  fileprivate var atOnce: (@Sendable (ByteBuffer, RPCCall, inout ByteBuffer) throws -> Bool)? {
    switch self {
    case .attempted(let atOnce, _):
      return atOnce
    case .immediate(let body):
      return { request, call, reply in
        try body(request, call, &reply)
        return true
      }
    default:
      return nil
    }
  }
}

/// A number that many threads add to.
final class Counter: Sendable {
  private let storage = Atomic(0)
  var value: Int { storage.load(ordering: .relaxed) }
  func add(_ count: Int) { storage.wrappingAdd(count, ordering: .relaxed) }
}

/// Finds a route by the bytes of a path, without making a String of them.
struct RouteTable: Sendable {
  /// Counts the calls of paths that do not exist.
  let unknown: Route
  let routes: [Route]
  /// Open addressing, at most half full; a peer's paths never enter the table.
  private let slots: [Slot]
  /// All paths, one behind the other.
  private let text: [UInt8]

  /// One path: where it lies in ``text``, and its place in ``routes``.
  private struct Slot {
    var bytes = 0..<0
    var place = -1
  }

  init(
    _ router: RPCRouter,
    authorize: (String) -> RPCServerConfiguration.CallCheck = { _ in { _ in nil } }
  ) {
    routes = router.paths.enumerated().map { index, path in
      Route(path: path, handler: router.handlers[path], index: index, check: authorize(path))
    }
    unknown = Route(path: "", handler: nil, index: routes.count)
    var capacity = 16
    while capacity < routes.count * 2 { capacity *= 2 }
    var slots = [Slot](repeating: Slot(), count: capacity)
    var text: [UInt8] = []
    for (place, route) in routes.enumerated() {
      let path = Array(route.path.utf8)
      var index = path.withUnsafeBytes { Self.hash($0) } & (capacity - 1)
      while slots[index].place >= 0 { index = (index + 1) & (capacity - 1) }
      slots[index] = Slot(bytes: text.count..<text.count + path.count, place: place)
      text += path
    }
    self.slots = slots
    self.text = text
  }

  /// The place of a path's route in ``routes``.
  func find(_ path: UnsafeBufferPointer<UInt8>) -> Int? {
    let path = UnsafeRawBufferPointer(path)
    var index = Self.hash(path) & (slots.count - 1)
    while slots[index].place >= 0 {
      let slot = slots[index]
      if slot.bytes.count == path.count, lies(path, at: slot.bytes.lowerBound) {
        return slot.place
      }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  private func lies(_ path: UnsafeRawBufferPointer, at start: Int) -> Bool {
    guard let base = path.baseAddress else { return true }
    return text.withUnsafeBytes { memcmp($0.baseAddress! + start, base, path.count) == 0 }
  }

  /// The end of a path tells methods apart best.
  private static func hash(_ path: UnsafeRawBufferPointer) -> Int {
    func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return product.high ^ product.low
    }
    var hash = UInt64(path.count)
    var position = max(0, path.count - 16)
    while position + 8 <= path.count {
      hash = mix(hash, path.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    for byte in path[position...] { hash = mix(hash, UInt64(byte)) }
    return Int(truncatingIfNeeded: hash)
  }
}
