import Glibc

extension Arena {
  /// Lends the calling thread's own arena for one encoding or decoding and resets it afterwards.
  ///
  /// The arena must not leave `body`, and `body` must not suspend. Within a use of the thread's
  /// arena a second use gets an arena of its own.
  public static func withThreadArena<Result, Failure: Error>(
    limit: Int = WireLimits.standard.memory,
    _ body: (Arena) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let stored = pthread_getspecific(threadKey) else {
      return try withNewThreadArena(limit: limit, body)
    }
    let slot = Unmanaged<ThreadSlot>.fromOpaque(stored).takeUnretainedValue()
    return try slot.use(limit: limit, body)
  }

  @inline(never)
  private static func withNewThreadArena<Result, Failure: Error>(
    limit: Int, _ body: (Arena) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let slot = ThreadSlot()
    pthread_setspecific(threadKey, Unmanaged.passRetained(slot).toOpaque())
    return try slot.use(limit: limit, body)
  }

  /// Names each thread's slot; the destructor releases the slot when its thread ends.
  private static let threadKey: pthread_key_t = {
    var key = pthread_key_t()
    let failure = pthread_key_create(&key) { slot in
      if let slot { Unmanaged<ThreadSlot>.fromOpaque(slot).release() }
    }
    precondition(failure == 0, "no key for thread-specific data is left")
    return key
  }()
}

/// One thread's arena and whether it is lent out.
private final class ThreadSlot {
  private let arena = Arena()
  private var isLent = false

  func use<Result, Failure: Error>(
    limit: Int, _ body: (Arena) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard !isLent else { return try body(Arena(capacity: 4096, limit: limit)) }
    isLent = true
    arena.limit = limit
    defer {
      arena.reset()
      isLent = false
    }
    return try body(arena)
  }
}
