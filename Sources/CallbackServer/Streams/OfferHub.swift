import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import NIOCore
import RPCServices
import Synchronization

/// Feeds the offers streams from what the engine has made durable.
///
/// Streams are added and fed on the engine's thread, so a stream's snapshot and its changes have
/// neither gap nor overlap; they are removed from wherever their call ends.
final class OfferHub: EngineObserver {
  fileprivate struct State {
    var streams: [StreamID: OfferStream] = [:]
    var bySession: [SessionID: StreamID] = [:]
    /// The agents that a stream shows: those it was opened for, and those who have joined.
    var watched: [StreamID: [AgentID]] = [:]
    /// In the order of opening.
    var byAgent: [AgentID: [StreamID]] = [:]
    /// The agents of open sessions, also of those whose stream has ended.
    var agents: [SessionID: [AgentID]] = [:]
  }

  private let state = Mutex(State())

  /// Ends the streams that the state does not have open; when the engine begins there are none.
  func began(_ center: borrowing CallCenter, at point: ReadPoint) {
    state.withLock { $0.agents = [:] }
    for session in center.sessionIDs {
      state.withLock { $0.agents[session] = center.agents(of: session) }
    }
    endStreams(of: state.withLock { Set($0.bySession.keys) }, center)
  }

  /// Adds a stream, ends an older one of the same session, and sends the snapshot.
  func add(_ stream: OfferStream, _ center: borrowing CallCenter, at point: ReadPoint) {
    let (older, agents) = state.withLock { state -> (OfferStream?, [AgentID]) in
      let older = state.bySession[stream.session].flatMap { state.remove($0) }
      // Agents may have joined or left between the opening of the session and this moment.
      let agents = state.agents[stream.session] ?? stream.agents
      state.add(stream, agents)
      return (older, agents)
    }
    older?.responses.finish(.streamReplaced)
    guard center.stream(of: stream.session) == stream.number else {
      return endStreams(of: [stream.session], center)
    }
    for id in agents {
      guard deliverSnapshot(of: id, to: stream, center, at: point) else { return }
    }
    deliver(.synced(.init()), to: [stream], at: point)
  }

  /// Forgets a stream whose call has ended.
  func remove(_ number: StreamID) {
    _ = state.withLock { $0.remove(number) }
  }

  /// Sends what a batch means for the streams.
  func appended(_ records: [EventRecord], _ center: borrowing CallCenter, at point: ReadPoint) {
    var changes = OfferChanges()
    var deleted: [SessionID: AgentID] = [:]
    for record in records {
      if case .agentDeleted(let agent) = record.event {
        for session in state.withLock({ $0.leaveSessions(agent) }) { deleted[session] = agent }
      }
      noteOpening(record.event)
      changes.note(
        record.event, in: center, at: point.clocks,
        sessions: { session in state.withLock { $0.agents[session] ?? [] } },
        isWatched: { agent in state.withLock { $0.byAgent[agent] != nil } })
      if case .sessionClosed(let session, _) = record.event {
        state.withLock { $0.agents[session] = nil }
      }
    }
    for (agent, event) in changes.messages { deliver(event, to: streams(of: agent), at: point) }
    for id in changes.agents {
      let streams = streams(of: id)
      guard !streams.isEmpty, let agent = center.agent(id) else { continue }
      let presence = V1.AgentPresence(agent, at: point.clocks)
      deliver(.agentChanged(.init(agent: presence)), to: streams, at: point)
    }
    for record in records { moveAgent(record.event, center, at: point) }
    endStreams(of: touched(by: records), center, deleted: deleted)
  }

  /// Sessions that may have lost their stream here.
  private func touched(by records: [EventRecord]) -> Set<SessionID> {
    var sessions = Set<SessionID>()
    for record in records {
      switch record.event {
      case .sessionOpened(let session, _, _), .sessionClosed(let session, _):
        sessions.insert(session)
      case .serviceStarted:
        // Another host found nobody else and dropped all streams.
        state.withLock { state in
          state.agents = [:]
          sessions.formUnion(state.bySession.keys)
        }
      default: break
      }
    }
    return sessions
  }

  /// Ends the streams of sessions that are closed, or open with another stream. A stream whose own
  /// end this is was removed before.
  ///
  /// - Parameter deleted: the agents that have just been deleted, by the sessions they were in.
  private func endStreams(
    of sessions: Set<SessionID>, _ center: borrowing CallCenter,
    deleted: [SessionID: AgentID] = [:]
  ) {
    for session in sessions {
      let now = center.stream(of: session)
      let gone = state.withLock { state -> OfferStream? in
        guard let number = state.bySession[session], number != now else { return nil }
        return state.remove(number)
      }
      guard let gone else { continue }
      if now != nil {
        gone.responses.finish(.streamReplaced)
      } else if let agent = deleted[session] {
        gone.responses.finish(Refusal(.notFound(.agent(agent))))
      } else {
        gone.responses.finish(.streamDropped)
      }
    }
  }

  /// Lets an agent join or leave a stream, after what the batch meant for those who watched before:
  /// the snapshot of one who joins has all of it already.
  private func moveAgent(_ event: Event, _ center: borrowing CallCenter, at point: ReadPoint) {
    switch event {
    case .agentAttached(let agent, let session):
      let joined = state.withLock { $0.join(agent, session) }
      if let joined { _ = deliverSnapshot(of: agent, to: joined, center, at: point) }
    case .agentDetached(let agent, let session, _):
      state.withLock { $0.leave(agent, session) }
    case .agentDeleted(let agent): state.withLock { $0.drop(agent) }
    default: break
    }
  }

  /// Sends where an agent stands; whether the stream goes on.
  private func deliverSnapshot(
    of id: AgentID, to stream: OfferStream, _ center: borrowing CallCenter, at point: ReadPoint
  ) -> Bool {
    guard let agent = center.agent(id) else { return true }
    let snapshot = V1.AgentSnapshot(
      agent: V1.AgentPresence(agent, at: point.clocks),
      offer: center.pendingAlert(of: agent, at: point.clocks))
    return deliver(.agentSnapshot(snapshot), to: [stream], at: point)
  }

  /// Ends all streams.
  func ended() {
    let streams = state.withLock { state in
      defer { state = State() }
      return state.streams.values.map { $0 }
    }
    for stream in streams { stream.responses.finish(.stopping) }
  }

  private func streams(of agent: AgentID) -> [OfferStream] {
    state.withLock { state in
      (state.byAgent[agent] ?? []).compactMap { state.streams[$0] }
    }
  }

  @discardableResult
  private func deliver(
    _ event: OfferChanges.Message, to streams: [OfferStream], at point: ReadPoint
  ) -> Bool {
    guard !streams.isEmpty else { return true }
    let packed = ByteBuffer(
      packing: V1.WatchOffersResponse(logPosition: point.position, event: event))
    let ended = streams.filter { !$0.send(packed) }
    for stream in ended { remove(stream.number) }
    return ended.isEmpty
  }

  private func noteOpening(_ event: Event) {
    switch event {
    case .sessionOpened(let session, _, let agents):
      state.withLock { $0.agents[session] = agents }
    case .agentAttached(let agent, let session):
      state.withLock { $0.agents[session, default: []].append(agent) }
    case .agentDetached(let agent, let session, _):
      state.withLock { $0.agents[session]?.removeAll { $0 == agent } }
    default: break
    }
  }
}

extension OfferHub.State {
  fileprivate mutating func add(_ stream: OfferStream, _ agents: [AgentID]) {
    streams[stream.number] = stream
    bySession[stream.session] = stream.number
    watched[stream.number] = agents
    for agent in agents { byAgent[agent, default: []].append(stream.number) }
  }

  fileprivate mutating func remove(_ number: StreamID) -> OfferStream? {
    guard let stream = streams.removeValue(forKey: number) else { return nil }
    if bySession[stream.session] == number { bySession[stream.session] = nil }
    for agent in watched.removeValue(forKey: number) ?? [] { forget(number, of: agent) }
    return stream
  }

  /// Shows an agent on the stream of a session; nil where it has none, or shows the agent already.
  fileprivate mutating func join(_ agent: AgentID, _ session: SessionID) -> OfferStream? {
    guard let number = bySession[session], let stream = streams[number],
      watched[number]?.contains(agent) == false
    else { return nil }
    watched[number]?.append(agent)
    byAgent[agent, default: []].append(number)
    return stream
  }

  fileprivate mutating func leave(_ agent: AgentID, _ session: SessionID) {
    guard let number = bySession[session] else { return }
    watched[number]?.removeAll { $0 == agent }
    forget(number, of: agent)
  }

  /// Takes an agent out of the open sessions; gives those the agent was in.
  fileprivate mutating func leaveSessions(_ agent: AgentID) -> [SessionID] {
    let left = agents.filter { $0.value.contains(agent) }.map(\.key)
    for session in left { agents[session]?.removeAll { $0 == agent } }
    return left
  }

  /// Shows an agent on no stream any more.
  fileprivate mutating func drop(_ agent: AgentID) {
    for number in byAgent.removeValue(forKey: agent) ?? [] {
      watched[number]?.removeAll { $0 == agent }
    }
  }

  private mutating func forget(_ number: StreamID, of agent: AgentID) {
    byAgent[agent]?.removeAll { $0 == number }
    if byAgent[agent]?.isEmpty == true { byAgent[agent] = nil }
  }
}
