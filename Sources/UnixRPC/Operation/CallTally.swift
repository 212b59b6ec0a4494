import Synchronization

/// What one event loop counts of its calls: those open, and by route and status those that ended and
/// how long they took.
///
/// Only its loop writes, so that counting is a load and a store without a lock; others read at any
/// time. It vouches for its own Sendable for that reason.
final class CallTally: @unchecked Sendable {
  private static let codes = RPCCode.allCases.count
  private static let buckets = RPCServerMetrics.Times.boundsNanoseconds.count + 1
  /// Cells of one route: its codes, its buckets, the sum of times.
  private static let stride = codes + buckets + 1

  private let cells: UnsafeMutablePointer<Atomic<Int>>
  private let count: Int
  private let open = Atomic(0)

  init(routes: Int) {
    count = routes * Self.stride
    cells = .allocate(capacity: count)
    for index in 0..<count { (cells + index).initialize(to: Atomic(0)) }
  }

  deinit {
    cells.deinitialize(count: count)
    cells.deallocate()
  }

  /// The calls open now. Any thread.
  var openCalls: Int { open.load(ordering: .relaxed) }

  /// Counts a call that begins. The loop only.
  func begin() {
    open.store(openCalls + 1, ordering: .relaxed)
  }

  /// Counts a call that ends. The loop only.
  func end(_ route: Int, _ code: RPCCode, took nanoseconds: UInt64) {
    open.store(openCalls - 1, ordering: .relaxed)
    let first = route * Self.stride
    add(1, to: first + code.rawValue)
    add(1, to: first + Self.codes + RPCServerMetrics.Times.bucket(of: nanoseconds))
    add(Int(truncatingIfNeeded: nanoseconds), to: first + Self.codes + Self.buckets)
  }

  private func add(_ value: Int, to cell: Int) {
    cells[cell].store(cells[cell].load(ordering: .relaxed) &+ value, ordering: .relaxed)
  }

  /// Adds what was counted of a route. Any thread.
  func add(_ route: Int, _ codes: inout [RPCCode: Int], _ times: inout RPCServerMetrics.Times) {
    let first = route * Self.stride
    for code in RPCCode.allCases {
      let value = cells[first + code.rawValue].load(ordering: .relaxed)
      if value > 0 { codes[code, default: 0] += value }
    }
    for bucket in 0..<Self.buckets {
      times.counts[bucket] += cells[first + Self.codes + bucket].load(ordering: .relaxed)
    }
    times.totalNanoseconds += cells[first + Self.codes + Self.buckets].load(ordering: .relaxed)
  }
}
