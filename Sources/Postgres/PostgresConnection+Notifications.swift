import CPostgreSQL
import Glibc

extension PostgresConnection {
  /// Waits for notifications of the channels that the session listens to.
  ///
  /// - Returns: their payloads; none when the deadline passed.
  /// - Throws: that the connection is lost.
  public func notifications(until deadline: Deadline) throws(PostgresError) -> [String] {
    while true {
      var payloads: [String] = []
      while let notice = PQnotifies(handle) {
        payloads.append(notice.pointee.extra.map { String(cString: $0) } ?? "")
        PQfreemem(notice)
      }
      if !payloads.isEmpty || ContinuousClock.now >= deadline { return payloads }
      var descriptor = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
      let left = ContinuousClock.now.duration(to: deadline).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      _ = poll(&descriptor, 1, Int32(clamping: max(0, milliseconds) + 1))
      guard PQconsumeInput(handle) == 1 else { throw lost("listening") }
    }
  }
}
