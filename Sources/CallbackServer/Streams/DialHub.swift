import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import Synchronization

/// Feeds the connectors from what the engine has made durable: a command is stored before it is
/// handed out (DESIGN, promise 5).
final class DialHub: EngineObserver {
  private struct State {
    /// Streams that are open, attached or not yet.
    var open: [StreamID: DialStream] = [:]
    /// The stream through which a connector is attached.
    var attached: [DialerID: DialStream] = [:]
    /// Who was handed a command that nobody has claimed.
    var handedOut: [AttemptID: DialerID] = [:]
  }

  private let state = Mutex(State())

  /// Ends the streams that the state does not have attached; when the engine begins there are none.
  func began(_ state: borrowing CallCenter, at point: ReadPoint) {
    let attached = self.state.withLock { $0.attached }
    for (id, stream) in attached where state.dialer(id)?.stream != stream.number {
      stream.finish(state.dialer(id) == nil ? .streamDropped : .streamReplaced)
    }
  }

  /// Makes a stream known before its connector is attached, so that no command passes it by.
  func expect(_ stream: DialStream) {
    state.withLock { $0.open[stream.number] = stream }
  }

  /// Forgets a stream whose call has ended.
  func remove(_ stream: DialStream) {
    state.withLock { state in
      state.open[stream.number] = nil
      if state.attached[stream.dialer] === stream { state.attached[stream.dialer] = nil }
    }
  }

  /// Hands out what a batch decided.
  func appended(_ records: [EventRecord], _ center: borrowing CallCenter, at point: ReadPoint) {
    for record in records {
      switch record.event {
      case .dialerAttached(let dialer): attach(dialer)
      case .dialerDetached(let id): detach(id)
      case .serviceStarted: detachAll()
      case .attemptHandedOut(let id, let dialer): handOut(id, to: dialer, center, at: point)
      case .attemptGranted(let id, _, _): state.withLock { $0.handedOut[id] = nil }
      case .attemptEnded(let attempt): revoke(attempt.id, at: point)
      case .hangUpRequested(let id):
        guard let dialer = center.attempt(id)?.dialer else { continue }
        stream(of: dialer)?.send(.hangUp(.init(attemptID: id.text)), at: point.position)
      default: continue
      }
    }
  }

  /// Ends all streams.
  func ended() {
    let streams = state.withLock { state in
      defer { state = State() }
      return state.open.values.map { $0 }
    }
    for stream in streams { stream.finish(.stopping) }
  }

  private func stream(of dialer: DialerID) -> DialStream? {
    state.withLock { $0.attached[dialer] }
  }

  private func attach(_ dialer: Dialer) {
    let replaced = state.withLock { state -> DialStream? in
      let older = state.attached[dialer.id]
      state.attached[dialer.id] = state.open[dialer.stream]
      return older?.number == dialer.stream ? nil : older
    }
    replaced?.finish(.streamReplaced)
  }

  /// A stream whose own end this is was removed before; one that is still here was ended by
  /// another host, for whom this one was gone.
  private func detach(_ id: DialerID) {
    state.withLock { $0.attached.removeValue(forKey: id) }?.finish(.streamDropped)
  }

  /// Another host found nobody else and dropped all streams.
  private func detachAll() {
    for id in state.withLock({ $0.attached.keys.sorted() }) { detach(id) }
  }

  private func handOut(
    _ id: AttemptID, to dialer: DialerID, _ center: borrowing CallCenter, at point: ReadPoint
  ) {
    revoke(id, at: point)
    guard let attempt = center.attempt(id), attempt.phase == .unclaimed else { return }
    state.withLock { $0.handedOut[id] = dialer }
    stream(of: dialer)?.send(
      .command(V1.DialCommand(attempt, at: point.clocks)), at: point.position)
  }

  /// Takes a command back that somebody was handed and has not claimed.
  private func revoke(_ id: AttemptID, at point: ReadPoint) {
    guard let holder = state.withLock({ $0.handedOut.removeValue(forKey: id) }) else { return }
    stream(of: holder)?.send(.revoked(.init(attemptID: id.text)), at: point.position)
  }
}

extension V1.DialCommand {
  /// What a connector is to dial.
  init(_ attempt: Attempt, at clocks: Clocks) {
    let plan = attempt.plan.value
    let deadline = attempt.deadline.map { clocks.deadline($0) }
    self.init(
      attemptID: attempt.id.text, callbackID: attempt.callback.text,
      agentID: attempt.agent.rawValue, agentEndpoint: plan.endpoint,
      number: V1.PhoneNumber(plan.number), callerID: plan.callerID,
      agentRingLimit: GoogleProtobuf.Duration(plan.agentRing),
      callerRingLimit: GoogleProtobuf.Duration(plan.callerRing), claimDeadline: deadline?.at,
      claimRemaining: deadline?.remaining, locationID: plan.location?.rawValue ?? "")
  }
}
