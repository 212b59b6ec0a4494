/// What can be asked of the service. Texts and numbers are checked for form where they enter the
/// service; whether a command is allowed is decided here.
public indirect enum Command: Hashable, Sendable {
  // MARK: Callbacks
  /// A caller asks to be called back.
  case requestCallback(RequestCallback)
  /// Changes a callback that waits.
  case updateCallback(UpdateCallback)
  /// Queues a finished callback again.
  case requeueCallback(CallbackID)
  /// Ends a callback, or asks the connector to end its attempt.
  case cancelCallback(CallbackID, ifRevision: UInt32?)
  /// The caller has phoned in.
  case reportCallerReached(CallerTarget, CallerReachedPhase)
  /// A late answer of the directory, asked about the number that the callback had: labels and card
  /// of a callback not yet accepted. Where the number was changed since it says nothing any more.
  case updateResolution(CallbackID, CallerLookup, asked: PhoneNumber.Line)

  /// Cancels the callbacks of a number and forgets all that is known under it.
  case forgetCaller(e164: String)

  // MARK: Offers
  /// The agent takes the callback.
  case acceptOffer(OfferID, agent: AgentID?, session: SessionID?)
  /// The agent declines the callback.
  case rejectOffer(OfferID, agent: AgentID?, session: SessionID?)

  // MARK: Agents
  /// A stream of offers opens for agents; an open session of the same name ends.
  case openSession(SessionID, stream: StreamID, agents: [AgentID])
  /// A stream of offers has closed; nothing if the session has a later stream.
  case closeSession(SessionID, stream: StreamID)
  /// An agent joins an open session.
  case attachAgent(AgentID, session: SessionID)
  /// An agent leaves an open session.
  case detachAgent(AgentID, session: SessionID)
  /// The agent says what they want, or ends their cooldown early.
  case setAgentStatus(AgentID, wanted: WantedStatus?, endCooldown: Bool)
  /// Telephony reports a call of the agent that is none of ours.
  case reportAgentCall(AgentID, reference: String, AgentCallPhase)
  /// An operator sets an agent free: withdraws the offer, ends cooldown and other calls, gives
  /// up the attempt as uncertain, and sets the wanted status.
  case overrideAgent(AgentID, wanted: WantedStatus)

  // MARK: Dialling
  /// A connector's stream opens; a connector of the same name is replaced.
  case attachDialer(AttachDialer)
  /// A connector's stream has closed; nothing if the connector has a later stream.
  case detachDialer(DialerID, stream: StreamID)
  /// A connector wants to carry out a dial command.
  case claimAttempt(AttemptID, dialer: DialerID, stream: StreamID)
  /// Somebody tells what happened to an attempt; the connector, if one does.
  case reportAttempt(AttemptReport, dialer: DialerID?)
  /// A connector answers what became of an attempt.
  case answerQuery(AttemptID, dialer: DialerID, QueryAnswer)
  /// An operator says what became of an uncertain attempt.
  case settleAttempt(AttemptID, AttemptOutcome)
  /// The agent says what a call came to.
  case recordDisposition(AttemptID, Disposition)

  // MARK: Configuration
  /// Makes or changes a queue.
  case putQueue(PutQueue, ifRevision: UInt64?)
  /// Removes a queue to which nothing refers.
  case deleteQueue(QueueID, ifRevision: UInt64?)
  /// Opens or closes a queue for requests, and for offers; nil leaves it.
  case setQueueState(QueueID, accepting: Bool?, offering: Bool?)
  /// Makes or changes an agent.
  case putAgent(AgentID, AgentSettings, ifRevision: UInt64?)
  /// Sets the queues of an agent.
  case setAgentQueues(AgentID, [Membership], ifRevision: UInt64?)
  /// Removes an agent who is not on a call.
  case deleteAgent(AgentID, ifRevision: UInt64?)
  /// Makes or changes a location; its revision is not read.
  case putLocation(Location, ifRevision: UInt64?)
  /// Removes a location to which nothing refers.
  case deleteLocation(LocationID, ifRevision: UInt64?)
  /// Makes or changes a dialled number; its revision is not read.
  case putNumber(DialledNumber, ifRevision: UInt64?)
  /// Removes a dialled number.
  case deleteNumber(PhoneNumber.Line, ifRevision: UInt64?)
  /// Makes or changes an exclusion; its revision is not read.
  case putExclusion(Exclusion, ifRevision: UInt64?)
  /// Removes an exclusion.
  case deleteExclusion(Exclusion.Key, ifRevision: UInt64?)
  /// Makes or changes a reason for being inactive; its revision is not read.
  case putInactiveReason(InactiveReason, ifRevision: UInt64?)
  /// Removes a reason for being inactive.
  case deleteInactiveReason(InactiveReasonID, ifRevision: UInt64?)
  /// Changes the settings of the service; their revision is not read.
  case putSettings(ServiceSettings, ifRevision: UInt64?)

  // MARK: The service
  /// The service is ready after a start: streams are gone, deadlines of the living start anew.
  case serviceStarted
  /// Hosts that shared the log are gone: their streams end.
  case endHosts(EndHosts)
}

/// A request for a callback, with what was looked up for it.
public struct RequestCallback: Hashable, Sendable {
  /// Who called.
  public var caller: Caller
  /// The number to call back, as read in the region of the dialled location.
  public var number: NumberReading
  /// Where the number came from.
  public var numberSource: NumberSource
  /// The number that was dialled.
  public var dialled: PhoneNumber.Line?
  /// The location; nil for that of the dialled number.
  public var location: LocationID?
  /// The queue; nil for that of the dialled number.
  public var queue: QueueID?
  /// Higher goes first.
  public var priority: Int32
  /// Not to be offered before.
  public var notBefore: WallTime?
  /// When it expires, on the wall clock; nil for the queue's setting.
  public var expiresAt: WallTime?
  /// The telephony's own name of the inbound call.
  public var callReference: String
  /// When the inbound call arrived.
  public var callArrivedAt: WallTime?
  /// A note for the agent; at most 1,000 bytes.
  public var note: String
  /// What the directory knows of the caller.
  public var lookup: CallerLookup
  /// Only tell whether it would be taken; nothing changes.
  public var validateOnly: Bool

  /// Asks for a callback.
  public init(
    caller: Caller = Caller(), number: NumberReading, numberSource: NumberSource = .callerID,
    dialled: PhoneNumber.Line? = nil, location: LocationID? = nil, queue: QueueID? = nil,
    priority: Int32 = 0, notBefore: WallTime? = nil, expiresAt: WallTime? = nil,
    callReference: String = "", callArrivedAt: WallTime? = nil, note: String = "",
    lookup: CallerLookup = .none, validateOnly: Bool = false
  ) {
    self.caller = caller
    self.number = number
    self.numberSource = numberSource
    self.dialled = dialled
    self.location = location
    self.queue = queue
    self.priority = priority
    self.notBefore = notBefore
    self.expiresAt = expiresAt
    self.callReference = callReference
    self.callArrivedAt = callArrivedAt
    self.note = note
    self.lookup = lookup
    self.validateOnly = validateOnly
  }
}

/// A change of a callback that waits; nil leaves a field.
public struct UpdateCallback: Hashable, Sendable {
  /// The callback.
  public var id: CallbackID
  /// The revision that the client has seen; another one rejects the change.
  public var ifRevision: UInt32?
  /// Another queue; a callback of its number that waits there takes it in.
  public var queue: QueueID?
  /// Another priority.
  public var priority: Int32?
  /// Another not-before; a zero time removes it.
  public var notBefore: WallTime?
  /// Another number.
  public var number: NumberReading?
  /// What the directory knows of the caller under the other number; nil leaves labels and card.
  public var lookup: CallerLookup?
  /// Another note.
  public var note: String?

  /// Changes nothing yet.
  public init(id: CallbackID, ifRevision: UInt32? = nil) {
    self.id = id
    self.ifRevision = ifRevision
  }
}

/// Whom a report of a reached caller means.
public enum CallerTarget: Hashable, Sendable {
  /// One callback.
  case callback(CallbackID)
  /// Every live callback of a number.
  case number(PhoneNumber.Line)
}

/// How far a caller who phoned in again has come.
public enum CallerReachedPhase: UInt8, Hashable, Sendable, CaseIterable {
  /// In the queue of the inbound side: offers are suspended for a while.
  case arrived = 1
  /// Served live: the callback is cancelled.
  case served = 2
  /// Hung up unserved: offers go on.
  case left = 3
}

/// What telephony tells about an agent's other call.
public enum AgentCallPhase: UInt8, Hashable, Sendable, CaseIterable {
  /// The call began.
  case started = 1
  /// The call ended.
  case ended = 2
}

/// A connector that attaches.
public struct AttachDialer: Hashable, Sendable {
  /// Its name.
  public var id: DialerID
  /// Its stream.
  public var stream: StreamID
  /// Which run of the connector it is.
  public var instance: String
  /// How many attempts it can carry at once; 0 for no limit.
  public var capacity: UInt32
  /// The locations it serves; empty for all.
  public var locations: [LocationID]
  /// The attempts that it knows to be under way.
  public var liveAttempts: [AttemptID]

  /// Describes a connector that attaches.
  public init(
    id: DialerID, stream: StreamID, instance: String = "", capacity: UInt32 = 0,
    locations: [LocationID] = [], liveAttempts: [AttemptID] = []
  ) {
    self.id = id
    self.stream = stream
    self.instance = instance
    self.capacity = capacity
    self.locations = locations
    self.liveAttempts = liveAttempts
  }
}

/// What a connector knows of an attempt after a reconnect.
public enum QueryAnswer: Hashable, Sendable {
  /// Surely not dialled.
  case notDialled
  /// Being dialled, or talking: later reports tell the rest.
  case inProgress
  /// Over; the report says how.
  case ended(AttemptReport)
  /// It does not know the attempt, and cannot say whether it was dialled.
  case unknown
}

/// A queue as management wants it.
public struct PutQueue: Hashable, Sendable {
  /// Its name in the configuration.
  public var id: QueueID
  /// The name that agents read.
  public var name: String
  /// The settings; nil fields follow the service's defaults.
  public var settings: QueueOverrides

  /// Describes a queue.
  public init(id: QueueID, name: String = "", settings: QueueOverrides = QueueOverrides()) {
    self.id = id
    self.name = name
    self.settings = settings
  }
}
