import Glibc

/// A bounded queue from any thread to one thread, which takes all that waits at once and sleeps
/// while nothing does.
///
/// Unchecked Sendable because it owns a pthread mutex and condition; everything it holds is read
/// and written under that mutex.
final class Inbox<Item: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private let limit: Int
  private var items: [Item] = []
  private var isWoken = false
  private var isWaiting = false
  private var hasClosed = false

  /// What became of an item that was put.
  enum Acceptance { case taken, full, closed }

  init(limit: Int) {
    self.limit = limit
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Adds an item. `isUrgent` items are taken beyond the limit, but not after `close`.
  func put(_ item: Item, isUrgent: Bool = false) -> Acceptance {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if hasClosed { return .closed }
    if items.count >= limit, !isUrgent { return .full }
    items.append(item)
    if isWaiting { pthread_cond_signal(condition) }
    return .taken
  }

  /// Makes a sleeping `take` return with what there is.
  func wake() {
    pthread_mutex_lock(mutex)
    isWoken = true
    if isWaiting { pthread_cond_signal(condition) }
    pthread_mutex_unlock(mutex)
  }

  /// Takes nothing more; what waits can still be taken.
  func close() {
    pthread_mutex_lock(mutex)
    hasClosed = true
    isWoken = true
    if isWaiting { pthread_cond_signal(condition) }
    pthread_mutex_unlock(mutex)
  }

  /// Whether it takes nothing more.
  var isClosed: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return hasClosed
  }

  /// Whether it is closed and everything was taken.
  var isDrained: Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return hasClosed && items.isEmpty
  }

  /// Items that wait now.
  var count: Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return items.count
  }

  /// Whether an item waits of which this is true; `holds` must be quick.
  func contains(where holds: (Item) -> Bool) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return items.contains(where: holds)
  }

  /// Takes up to `limit` items, in order; sleeps until there is one, until `wake`, or for
  /// `milliseconds` (nil: for as long as it takes).
  func take(upTo limit: Int, within milliseconds: Int64?) -> [Item] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var end = timespec()
    if let milliseconds {
      clock_gettime(CLOCK_MONOTONIC, &end)
      let nanoseconds = Int64(end.tv_nsec) + milliseconds % 1000 * 1_000_000
      end.tv_sec += Int(milliseconds / 1000 + nanoseconds / 1_000_000_000)
      end.tv_nsec = Int(nanoseconds % 1_000_000_000)
    }
    isWaiting = true
    while items.isEmpty, !isWoken {
      let code =
        milliseconds == nil
        ? pthread_cond_wait(condition, mutex) : pthread_cond_timedwait(condition, mutex, &end)
      if code == ETIMEDOUT { break }
    }
    isWaiting = false
    isWoken = false
    if items.count <= limit {
      let taken = items
      items = []
      items.reserveCapacity(taken.count)
      return taken
    }
    let taken = Array(items[..<limit])
    items.removeFirst(limit)
    return taken
  }
}
