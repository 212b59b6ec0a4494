import Synchronization

/// One path of a server with its handler.
final class Route: Sendable {
  let path: String
  let utf8: [UInt8]
  let handler: RPCHandler?
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
    utf8 = Array(path.utf8)
    self.handler = handler
    self.index = index
    self.check = check
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
  /// Places in ``routes``, or -1.
  private let slots: [Int]

  init(
    _ router: RPCRouter,
    authorize: (String) -> RPCServerConfiguration.CallCheck = { _ in { _ in nil } }
  ) {
    routes = router.paths.enumerated().map { index, path in
      Route(
        path: path, handler: router.handlers[path], index: index, check: authorize(path))
    }
    unknown = Route(path: "", handler: nil, index: routes.count)
    var capacity = 16
    while capacity < routes.count * 2 { capacity *= 2 }
    var slots = [Int](repeating: -1, count: capacity)
    for (place, route) in routes.enumerated() {
      var index = route.utf8.withUnsafeBufferPointer { Self.hash($0) } & (capacity - 1)
      while slots[index] >= 0 { index = (index + 1) & (capacity - 1) }
      slots[index] = place
    }
    self.slots = slots
  }

  func find(_ path: UnsafeBufferPointer<UInt8>) -> Route? {
    var index = Self.hash(path) & (slots.count - 1)
    while slots[index] >= 0 {
      let route = routes[slots[index]]
      if path.equals(route.utf8) { return route }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The end of a path tells methods apart best.
  private static func hash(_ path: UnsafeBufferPointer<UInt8>) -> Int {
    var hash = UInt64(path.count)
    for byte in path.suffix(16) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash >> 20)
  }
}
