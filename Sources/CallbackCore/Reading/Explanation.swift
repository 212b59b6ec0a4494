/// Why a callback is where it is (DOMAIN, "Offering").
public struct Explanation: Hashable, Sendable {
  /// What holds the callback itself; empty where only agents are missing.
  public var reasons: [Reason] = []
  /// How many agents of the queue each reason holds for, in the order of `AgentReason`.
  public var counts: [AgentReason: UInt32] = [:]
  /// Some of the queue's agents, by id.
  public var agents: [AgentExplanation] = []
  /// Whether more agents follow.
  public var hasMore = false
  /// How many callbacks of its queue are in line before it.
  public var ahead: UInt32 = 0
  /// When time alone can next change something, on the engine's clock.
  public var nextChange: Instant?
  /// The same on the wall clock.
  public var nextWallChange: WallTime?

  /// What holds a callback back.
  public enum Reason: UInt8, Hashable, Sendable, CaseIterable {
    /// Its not-before, a quiet hour or the gap after an attempt has not passed.
    case notYet = 1
    /// The caller has phoned in and may be served.
    case callerArrived = 2
    /// The queue makes no offers.
    case queuePaused = 3
    /// The queue dials by connector and none is attached that could carry it.
    case noConnector = 4
    /// The queue has no members.
    case noMembers = 5
    /// Another call of its number is being dialled or talking.
    case numberBusy = 6
    /// Its attempt is running.
    case attemptRunning = 7
    /// The fate of its attempt is unknown.
    case uncertain = 8
    /// It is over.
    case ended = 9
  }

  /// Why an agent does not have a callback.
  public enum AgentReason: UInt8, Hashable, Sendable, CaseIterable {
    /// The agent has the offer.
    case hasOffer = 1
    /// Not at work.
    case offline = 2
    /// Ready, but no stream shows their offers.
    case notConnected = 3
    /// Has another offer to answer.
    case offeredAnother = 4
    /// On a call.
    case onCall = 5
    /// In the pause after work.
    case cooldown = 6
    /// Missed an offer and has not said Ready since.
    case noAnswer = 7
    /// Not taking callbacks.
    case inactive = 8
    /// Rejected or missed this callback a short while ago.
    case declined = 9
    /// Waits for an offer.
    case available = 10
  }

  /// One agent's reason.
  public struct AgentExplanation: Hashable, Sendable {
    /// The agent.
    public var agent: AgentID
    /// Why they do not have the callback.
    public var reason: AgentReason
    /// When the reason ends by itself; nil where it does not.
    public var until: Instant?
  }
}
