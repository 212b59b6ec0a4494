import Glibc

/// What is typed or piped into the process.
enum StandardInput {
  /// Everything up to its end.
  static func all() -> String {
    var text = ""
    while let line = readLine(strippingNewline: false) { text += line }
    return text
  }

  /// One line after another. Read on a thread of its own: reading blocks until something is typed.
  static func lines() -> AsyncStream<String> {
    let (lines, feed) = AsyncStream.makeStream(of: String.self)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Feed(feed)).toOpaque()
    pthread_create(&thread, nil, readLines, context)
    pthread_detach(thread)
    return lines
  }

  private final class Feed: Sendable {
    let continuation: AsyncStream<String>.Continuation

    init(_ continuation: AsyncStream<String>.Continuation) {
      self.continuation = continuation
    }
  }

  private static let readLines:
    @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
      context in
      guard let context else { return nil }
      let feed = Unmanaged<Feed>.fromOpaque(context).takeRetainedValue().continuation
      while let line = readLine() { feed.yield(line) }
      feed.finish()
      return nil
    }
}
