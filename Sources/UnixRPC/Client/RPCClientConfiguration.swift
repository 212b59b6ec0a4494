/// How a client connects and what it lets its server cost.
public struct RPCClientConfiguration: Sendable {
  /// The largest message taken; a call's options may say otherwise.
  public var maximumMessageBytes = 4 * 1024 * 1024
  /// How long a server may take to accept a connection and to send its SETTINGS. One on the same
  /// host does it in microseconds; one that takes this long is stuck.
  public var connectTimeout: Duration = .seconds(10)
  /// The first pause before connecting again, for calls that wait for the server.
  public var initialBackoff: Duration = .milliseconds(50)
  /// The longest pause before connecting again: a local server is back soon after it is started.
  public var maximumBackoff: Duration = .seconds(5)
  /// Attempts of a call marked idempotent, the first included.
  public var maximumAttempts = 4
  /// The window of a stream: what the server may send ahead of a slow reader.
  public var streamWindowBytes = 256 * 1024
  /// The window of the connection, shared by its streams.
  public var connectionWindowBytes = 1024 * 1024
  /// Responses waiting for the reader above which the server is held back.
  public var responseHighWaterBytes = 64 * 1024
  /// Requests waiting for the server above which `write` suspends.
  public var requestHighWaterBytes = 64 * 1024
  /// Sent as `user-agent`, before the runtime's own name.
  public var userAgent = ""

  /// The defaults.
  public init() {}

  var http2: HTTP2Limits {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = streamWindowBytes
    limits.connectionWindowBytes = connectionWindowBytes
    // A server is trusted with metadata that a client is not.
    limits.maximumHeaderListBytes = 64 * 1024
    return limits
  }

  var sink: MessageSink.Limits {
    MessageSink.Limits(
      highWaterBytes: requestHighWaterBytes, lowWaterBytes: requestHighWaterBytes / 2,
      maximumBytes: requestHighWaterBytes * 4)
  }
}

/// What one call asks for beyond its request.
public struct RPCCallOptions: Sendable {
  /// How long the caller waits, connecting included; nil waits for ever. Sent to the server.
  public var timeout: Duration?
  /// The request's metadata.
  public var metadata: RPCMetadata
  /// Waits for a server that cannot be reached now, instead of failing at once.
  public var waitForReady: Bool
  /// Whether repeating the call does no harm: it is retried when the server becomes unavailable.
  public var isIdempotent: Bool
  /// Compresses the requests with gzip; every gRPC server of ours understands it.
  public var compressesRequests: Bool
  /// The largest response taken; nil takes the client's setting.
  public var maximumMessageBytes: Int?

  /// Options; the defaults are those of a plain call.
  public init(
    timeout: Duration? = nil, metadata: RPCMetadata = [:], waitForReady: Bool = false,
    isIdempotent: Bool = false, compressesRequests: Bool = false, maximumMessageBytes: Int? = nil
  ) {
    self.timeout = timeout
    self.metadata = metadata
    self.waitForReady = waitForReady
    self.isIdempotent = isIdempotent
    self.compressesRequests = compressesRequests
    self.maximumMessageBytes = maximumMessageBytes
  }
}
