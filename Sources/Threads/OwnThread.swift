import Glibc

/// Starts a thread of its own for work that blocks: the log's syncs, database reads.
public enum OwnThread {
  private final class Body: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      nameThread()
      body()
    }

    /// Where that is not possible the thread keeps the program's name.
    private func nameThread() {
      let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
      if file < 0 { return }
      _ = write(file, name, name.utf8.count)
      close(file)
    }
  }

  /// Starts the thread; it ends when `body` returns.
  ///
  /// - Parameter name: what `top -H` and debuggers call it; at most 15 bytes.
  public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    precondition(name.utf8.count <= 15, "the system keeps no longer names of threads")
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(name, body))
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    precondition(code == 0, "the system has no thread left")
    pthread_detach(thread)
  }
}
