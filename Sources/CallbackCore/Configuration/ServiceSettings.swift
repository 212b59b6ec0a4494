/// The settings of the whole service; the initial values are the defaults (DOMAIN).
public struct ServiceSettings: Hashable, Sendable {
  /// What queues follow that do not set a value themselves.
  public var queueDefaults = QueueOverrides()
  /// How long the loss of an agent's last stream is forgiven.
  public var presenceGrace = Span.seconds(10)
  /// After how long Inactive becomes Offline; zero for never.
  public var inactivityTimeout = Span.minutes(30)
  /// The pause after a call that telephony reported; zero for none.
  public var cooldownAfterOtherCall = Span.zero
  /// How long a call that telephony reported may last before it counts as ended; more than zero.
  public var otherCallLimit = Span.hours(4)
  /// How long answers are remembered under their request ids; a client that retries later than
  /// this makes a new request.
  public var requestMemory = Span.hours(24)
  /// How many answers are remembered at most; bounds the memory (about 200 bytes each).
  public var requestMemoryLimit: UInt32 = 1_000_000
  /// How long closed offers and finished callbacks stay readable in the core, so that accepting
  /// a closed offer names its final state; history keeps them for good.
  public var closedRetention = Span.minutes(15)
  /// How many closed offers, and how many finished callbacks, are kept at most; bounds the
  /// memory of a busy quarter of an hour.
  public var closedLimit: UInt32 = 10_000
  /// Changes with every change of the settings; the etag.
  public var revision: UInt64 = 0

  /// The defaults.
  public init() {}
}
