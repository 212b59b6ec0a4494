import Glibc

/// Whoever reads the standard output through a pipe.
enum OutputReader {
  /// Ends the process, as done, once the reader is gone.
  ///
  /// A write would notice, but the next one may be hours away: meanwhile an agent would be present
  /// at a desktop that nobody sees, and be offered callbacks there.
  static func endWithIt() {
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { _ in
        // Without wishes poll tells of the other end only.
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        while poll(&output, 1, -1) < 0 && errno == EINTR {}
        if output.revents & Int16(POLLERR) != 0 { exit(0) }
        return nil
      }, nil)
    // Where there is no thread to be had, the next write notices.
    if failure == 0 { pthread_detach(thread) }
  }
}
