import NIOCore

/// How a server listens and what it lets its peers cost. Each limit has a default that an honest
/// client does not reach.
public struct RPCServerConfiguration: Sendable {
  /// Where the server listens.
  public enum Endpoint: Sendable, Equatable {
    /// A file of the server's own making, at most 107 bytes long, with a lock file beside it.
    case path(String)
    /// A listening socket handed over by a service manager.
    case descriptor(Int32)

    /// The socket's file; nil for a descriptor of anything else.
    public var socketPath: String? {
      switch self {
      case .path(let path): path
      case .descriptor(let descriptor): InheritedSocket.path(of: descriptor)
      }
    }
  }

  /// Where the server listens.
  public var endpoint: Endpoint
  /// The mode of the socket's file. Only the owner may connect, until somebody decides otherwise.
  public var socketMode: UInt32 = 0o600
  /// The group of the socket's file; nil leaves it the server's own.
  public var socketGroup: UInt32?
  /// Event loops. Two keep a slow handler on one from delaying every connection; more pay off
  /// only where the handlers themselves are busy.
  public var eventLoops = 2
  /// Connections at a time; each costs a descriptor and up to 32 KB while idle.
  public var maximumConnections = 1_024

  /// Calls at a time on one connection; further ones wait in the client.
  public var maximumStreams = 1_000
  /// The largest message taken, after decompression. It bounds what one call can make the server
  /// keep, and is told from the declared length before anything is.
  public var maximumMessageBytes = 65_536
  /// The largest list of request header fields: room for honest metadata, none for HPACK bombs.
  public var maximumHeaderListBytes = 16 * 1024
  /// Requests kept for one connection. Beyond, calls whose request is unfinished get
  /// RESOURCE_EXHAUSTED, and streams that their handlers do not read hold the client back.
  public var maximumBufferedBytes = 8 * 1024 * 1024
  /// The window of a stream: what a client may send ahead of a handler that does not read.
  public var streamWindowBytes = 256 * 1024
  /// The window of a connection, shared by its streams.
  public var connectionWindowBytes = 1024 * 1024
  /// Requests waiting for a handler above which its client is held back.
  public var requestHighWaterBytes = 64 * 1024

  /// Responses waiting for a client above which `write` suspends.
  public var responseHighWaterBytes = 64 * 1024
  /// Responses waiting at which a suspended `write` goes on.
  public var responseLowWaterBytes = 32 * 1024
  /// Responses waiting above which `offer` refuses: about 2,000 messages of a usual size.
  public var maximumBacklogBytes = 256 * 1024
  /// Answers kept for one connection. Streams beyond those that could fill it get smaller shares,
  /// and calls wait to be started while a client leaves as much of large answers unread.
  public var maximumUnsentBytes = 32 * 1024 * 1024

  /// Time for a client's preface, its SETTINGS and its acknowledgement of ours. On one host this
  /// takes microseconds; whoever needs longer holds a descriptor for nothing.
  public var handshakeTimeout: Duration = .seconds(10)
  /// Time without a call after which a connection is ended; clients reconnect by themselves.
  public var idleTimeout: Duration = .seconds(30 * 60)
  /// Time for which a peer may take none of the bytes waiting for it.
  public var stalledWriteTimeout: Duration = .seconds(60)
  /// Time for which a caller may take nothing of an answer that waits for it, while its connection
  /// is read. The call then ends as RESOURCE_EXHAUSTED, by a reset: there is no room for more.
  public var stalledStreamTimeout: Duration = .seconds(60)

  /// Frames that cost a peer nothing (PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA) at a
  /// stretch. Calls and data earn them back, so that a client which sends a PING with every burst
  /// of data, to estimate bandwidth, never runs out.
  public var controlFrameBurst = 10_000
  /// Such frames that come back each second.
  public var controlFramesPerSecond = 200
  /// Streams reset at a stretch, by the peer or because of it: every call of a busy client twice.
  public var resetBurst = 2_000
  /// Resets that come back each second: 2,000 cancelled calls a minute are a third of this.
  public var resetsPerSecond = 100

  /// Decides on a connection: nil lets it call, an error answers every call on it. By default
  /// only the process's own user and root may call.
  public var accept: @Sendable (RPCPeer) -> RPCError?
  /// Decides on calls: gives, once for each path, what is asked about everybody who calls it; an
  /// error is the answer.
  public var authorize: @Sendable (_ path: String) -> CallCheck = { _ in { _ in nil } }

  /// Whether a peer may make a call: nil, or the answer to it.
  public typealias CallCheck = @Sendable (RPCPeer) -> RPCError?

  /// A server on a socket of its own.
  public init(path: String) {
    self.init(endpoint: .path(path))
  }

  /// A server on a socket that listens already.
  public init(listening descriptor: Int32) {
    self.init(endpoint: .descriptor(descriptor))
  }

  private init(endpoint: Endpoint) {
    self.endpoint = endpoint
    accept = Self.ownUserAndRoot
  }

  var http2: HTTP2Limits {
    HTTP2Limits(
      maximumStreams: maximumStreams, streamWindowBytes: streamWindowBytes,
      connectionWindowBytes: connectionWindowBytes,
      maximumHeaderListBytes: maximumHeaderListBytes, controlFrameBurst: controlFrameBurst,
      controlFramesPerSecond: controlFramesPerSecond, resetBurst: resetBurst,
      resetsPerSecond: resetsPerSecond)
  }

  var sink: MessageSink.Limits {
    MessageSink.Limits(
      highWaterBytes: responseHighWaterBytes, lowWaterBytes: responseLowWaterBytes,
      maximumBytes: maximumBacklogBytes)
  }
}
