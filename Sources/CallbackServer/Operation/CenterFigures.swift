import CallbackCore
import CallbackEngine

/// How queues, agents and callbacks are at one position of the log.
struct CenterFigures: Sendable {
  /// One queue.
  struct QueueFigures: Sendable {
    var id: QueueID
    var inLine: Int
    var waiting: Int
    var pendingOffers: Int
    var agents: Int
    var idleAgents: Int
    var nextRequestedAt: WallTime?
  }

  var point: ReadPoint
  var queues: [QueueFigures]
  /// How many agents have a status, by its kind.
  var agents: [AgentKind: Int]
  var counters: Counters
  var liveCallbacks: Int
  var pendingOffers: Int
  var connectedAgents: Int
  var dialers: Int

  /// What an agent does, without what it does it with.
  enum AgentKind: String, CaseIterable, Sendable {
    case offline, ready, offered
    case onCall = "on_call"
    case onOtherCall = "on_other_call"
    case cooldown
    case noAnswer = "no_answer"
    case inactive

    init(_ status: AgentStatus) {
      self =
        switch status {
        case .offline: .offline
        case .ready: .ready
        case .offered: .offered
        case .onCall: .onCall
        case .onOtherCall: .onOtherCall
        case .cooldown: .cooldown
        case .notAnswering: .noAnswer
        case .inactive: .inactive
        }
    }
  }

  /// Reads them; takes as long as there are agents and queues, whatever waits in the queues.
  init(_ state: borrowing CallCenter, at point: ReadPoint) {
    self.point = point
    queues = []
    for id in state.queueIDs { queues.append(QueueFigures(id, state)) }
    agents = [:]
    for id in state.agentIDs {
      if let agent = state.agent(id) { agents[AgentKind(agent.status), default: 0] += 1 }
    }
    counters = state.counters
    liveCallbacks = state.liveCallbackCount
    pendingOffers = state.pendingOfferCount
    connectedAgents = state.connectedAgentCount
    dialers = state.dialerIDs.count
  }
}

extension CenterFigures.QueueFigures {
  init(_ id: QueueID, _ state: borrowing CallCenter) {
    self.id = id
    inLine = state.lineLength(of: id)
    waiting = state.waitingCount(of: id)
    pendingOffers = state.pendingOfferCount(of: id)
    agents = state.memberCount(of: id)
    idleAgents = state.idleCount(of: id)
    nextRequestedAt = state.nextInLine(of: id)?.requestedAt
  }
}
