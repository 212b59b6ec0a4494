import Synchronization

/// One path of a server with its handler and its counters.
final class Route: Sendable {
  let path: String
  let utf8: [UInt8]
  let handler: RPCHandler?
  /// What decides on a call before its handler is needed.
  let kind: Kind
  private let counts: [Counter]

  init(path: String, handler: RPCHandler?) {
    self.path = path
    utf8 = Array(path.utf8)
    self.handler = handler
    kind =
      switch handler {
      case nil: .none
      case .page: .page
      case .clientStream, .bidirectional: .streaming
      case .immediate, .deferred, .unary, .attempted, .serverStream, .push: .single
      }
    counts = RPCCode.allCases.map { _ in Counter() }
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

  /// Counts a call that ended with `code`.
  func count(_ code: RPCCode) {
    counts[code.rawValue].add(1)
  }

  /// Calls by how they ended.
  var snapshot: [RPCCode: Int] {
    var result: [RPCCode: Int] = [:]
    for code in RPCCode.allCases where counts[code.rawValue].value > 0 {
      result[code] = counts[code.rawValue].value
    }
    return result
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
  let unknown = Route(path: "", handler: nil)
  let routes: [Route]
  /// Open addressing, at most half full; a peer's paths never enter the table.
  /// Places in ``routes``, or -1.
  private let slots: [Int]

  init(_ router: RPCRouter) {
    routes = router.paths.map { Route(path: $0, handler: router.handlers[$0]) }
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
