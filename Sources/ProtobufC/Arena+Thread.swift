import Glibc

extension Arena {
  /// Lends the calling thread's own arena for one encoding or decoding and resets it afterwards.
  ///
  /// The arena must not leave `body`, and `body` must not suspend. Within a use of the thread's
  /// arena a second use gets an arena of its own.
  @inlinable
  public static func withThreadArena<Result, Failure: Error>(
    limit: Int = WireLimits.standard.memory,
    _ body: (Arena) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let arena = lend(limit: limit)
    defer { arena.giveBack() }
    return try body(arena)
  }

  /// The thread's arena, made at the thread's first use; another one while that is lent out.
  @usableFromInline
  static func lend(limit: Int) -> Arena {
    guard let stored = pthread_getspecific(threadKey) else { return firstOfThread(limit: limit) }
    let arena = Unmanaged<Arena>.fromOpaque(stored).takeUnretainedValue()
    guard !arena.isLent else { return Arena(capacity: 4096, limit: limit) }
    arena.isLent = true
    arena.limit = limit
    return arena
  }

  @usableFromInline
  func giveBack() {
    reset()
    isLent = false
  }

  @inline(never)
  private static func firstOfThread(limit: Int) -> Arena {
    let arena = Arena(limit: limit)
    arena.isLent = true
    pthread_setspecific(threadKey, Unmanaged.passRetained(arena).toOpaque())
    return arena
  }

  /// Names each thread's arena; the destructor releases the arena when its thread ends.
  private static let threadKey: pthread_key_t = {
    var key = pthread_key_t()
    let failure = pthread_key_create(&key) { arena in
      if let arena { Unmanaged<Arena>.fromOpaque(arena).release() }
    }
    precondition(failure == 0, "no key for thread-specific data is left")
    return key
  }()
}
