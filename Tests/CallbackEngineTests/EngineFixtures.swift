import CallbackCore
import CallbackEngine
import EventLog

extension Submission {
  static let tester = Actor(userID: 1000)

  static func put(queue id: String) -> Submission {
    Submission(.putQueue(PutQueue(id: QueueID(id), name: id), ifRevision: nil), actor: tester)
  }

  static func put(agent id: String, queue: String) -> Submission {
    let settings = AgentSettings(name: id, memberships: [Membership(queue: QueueID(queue))])
    return Submission(.putAgent(AgentID(id), settings, ifRevision: nil), actor: tester)
  }

  static func request(_ e164: String, queue: String = "q", id: String? = nil) -> Submission {
    let request = RequestCallback(
      number: .number(PhoneNumber(e164: e164), kind: .ordinary), queue: QueueID(queue))
    return Submission(
      .requestCallback(request), actor: tester,
      requestKey: id.map { RequestKey(user: tester, id: $0) })
  }

  static func cancel(_ id: CallbackID) -> Submission {
    Submission(.cancelCallback(id, ifRevision: nil), actor: tester)
  }

  static func open(session: String, agent: String) -> Submission {
    Submission(
      .openSession(SessionID(session), stream: 1, agents: [AgentID(agent)]), actor: tester)
  }

  static func accept(_ offer: OfferID, by agent: String) -> Submission {
    Submission(.acceptOffer(offer, agent: AgentID(agent), session: nil), actor: tester)
  }

  static func ready(_ agent: String) -> Submission {
    Submission(
      .setAgentStatus(AgentID(agent), wanted: .ready, endCooldown: false), actor: tester)
  }
}

extension Engine {
  /// Submits and gives the reply.
  func reply(_ submission: Submission) async throws -> Reply {
    try await submit(submission).get()
  }

  /// Requests a callback and gives its id.
  @discardableResult
  func request(_ e164: String, id: String? = nil) async throws -> CallbackID {
    guard case .requested(let reply) = try await reply(.request(e164, id: id)),
      let callback = reply.callback
    else { throw Unexpected() }
    return callback
  }

  /// An agent of the queue who is connected and Ready.
  func bringReady(_ agent: String) async throws {
    _ = try await reply(.put(agent: agent, queue: "q"))
    _ = try await reply(.open(session: "desk", agent: agent))
    _ = try await reply(.ready(agent))
  }

  /// Requests a callback, and gives it with the offer that somebody gets of it.
  func requestOffered(_ e164: String) async throws -> (callback: CallbackID, offer: OfferID) {
    let id = try await request(e164)
    return (id, try await offer(of: id))
  }

  /// The offer that somebody has of a callback now.
  func offer(of id: CallbackID) async throws -> OfferID {
    guard case .offered(let offer)? = try await callback(id)?.state else { throw Unexpected() }
    return offer
  }

  /// What the state says now.
  func callback(_ id: CallbackID) async throws -> Callback? {
    try await read { state, _ in state.callback(id) }
  }

  static func testing(
    _ store: any EventStore, clock: ManualEngineClock = ManualEngineClock(),
    _ change: (inout EngineConfiguration) -> Void = { _ in }
  ) async throws -> Engine {
    var configuration = EngineConfiguration()
    configuration.clock = clock
    change(&configuration)
    return try await start(store: store, configuration: configuration)
  }
}

struct Unexpected: Error {}
