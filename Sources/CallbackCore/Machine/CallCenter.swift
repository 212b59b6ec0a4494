import DequeModule

/// The rules of the callback service as one value (DOMAIN).
///
/// Time, ids and chance come in with each call; nothing is read from the world. Whatever changes
/// goes through events, so that applying the same events again gives an equal value:
/// - ``perform(_:in:)`` decides a command and applies its events;
/// - ``advance(in:)`` does what time alone brings about;
/// - ``apply(_:)`` replays a recorded event.
public struct CallCenter: Sendable {
  // MARK: Entities, from which everything else is derived
  var callbacks: [CallbackID: Shared<Callback>] = [:]
  var offers: [OfferID: Shared<Offer>] = [:]
  var attempts: [AttemptID: Shared<Attempt>] = [:]
  var agents: [AgentID: Shared<Agent>] = [:]
  var sessions: [SessionID: Session] = [:]
  var dialers: [DialerID: Dialer] = [:]
  var queues: [QueueID: Queue] = [:]
  var locations: [LocationID: Location] = [:]
  var numbers: [PhoneNumber.Line: DialledNumber] = [:]
  var exclusions: [Exclusion.Key: Exclusion] = [:]
  var inactiveReasons: [InactiveReasonID: InactiveReason] = [:]
  /// The settings of the service.
  public internal(set) var settings = ServiceSettings()
  var remembered: [RequestKey: Remembered] = [:]
  /// How long callbacks have lately held agents.
  var services: [QueueID: Shared<ServiceRecord>] = [:]

  // MARK: What is kept for a while, in the order of its end
  var requestsByAge: Deque<Aged<RequestKey>> = []
  var offersByAge: Deque<Aged<OfferID>> = []
  var attemptsByAge: Deque<Aged<AttemptID>> = []
  var callbacksByAge: Deque<Aged<CallbackID>> = []

  /// Clocks and counts.
  public internal(set) var counters = Counters()

  // MARK: Derived
  var index = Index()
  /// What may have made an offer possible since offers were last made.
  var stirred = Stirred()
  var journal = Journal()

  /// A call center in which nothing is configured.
  public init() {}

  /// A session of offers whose stream is open.
  struct Session: Hashable, Sendable {
    var stream: StreamID
    /// Sorted.
    var agents: [AgentID]
  }

  /// An answer that is given again when its request is repeated.
  struct Remembered: Hashable, Sendable {
    var fingerprint: Fingerprint
    var reply: Reply
    var at: Instant
  }

  /// Something that is dropped when it is old enough.
  struct Aged<ID: Hashable & Sendable>: Hashable, Sendable {
    var at: Instant
    var id: ID
  }
}

/// Clocks and counts that every event may change.
public struct Counters: Hashable, Sendable {
  /// The engine's clock at the last event.
  public var now = Instant(0)
  /// The wall clock at the last event.
  public var wall = WallTime(0)
  /// The position of the last event.
  public var position: UInt64 = 0
  /// Ids made so far.
  public var idsMade: UInt32 = 0
  /// The number of the oldest answer that is remembered: answers are numbered as they are given.
  /// After a caller was forgotten those that are left have new numbers, which none has had before.
  public var firstAnswer: UInt64 = 0
  /// Changes of the configuration so far; the source of etags.
  public var revisions: UInt64 = 0
  /// The day that is counted, in days of Unix time.
  public var day: Int32 = 0
  /// Requests taken: each made a callback, or merged into one.
  public var taken: UInt64 = 0
  /// Requests, and moved callbacks, that merged.
  public var merged: UInt64 = 0
  /// Finished callbacks that were queued again.
  public var requeued: UInt64 = 0
  /// Callbacks that ended answered or with voicemail.
  public var completed: UInt64 = 0
  /// Callbacks that ended exhausted.
  public var failed: UInt64 = 0
  /// Callbacks that ended cancelled or with the caller reached.
  public var cancelled: UInt64 = 0
  /// Callbacks that expired.
  public var expired: UInt64 = 0

  /// Nothing has happened yet.
  public init() {}
}
