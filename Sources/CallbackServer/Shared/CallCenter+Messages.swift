import CallbackCore
import CallbackMessages
import CallbackWire

extension CallCenter {
  /// A callback's message with what belongs to it.
  func message(of callback: Callback, at clocks: Clocks) -> V1.Callback {
    let holder = callback.state.offer.flatMap { offer($0)?.agent }
    let caller = callback.state.attempt.flatMap { attempt($0)?.agent }
    let surroundings = CallbackSurroundings(
      locationName: locationName(callback), holder: holder ?? caller)
    return V1.Callback(callback, in: surroundings, at: clocks)
  }

  /// The alert of an offer; nil where its callback is gone.
  func alert(of offer: Offer, at clocks: Clocks) -> V1.Offer? {
    guard let callback = callback(offer.callback) else { return nil }
    return V1.Offer(
      offer, of: callback, locationName: locationName(callback),
      queueName: queue(offer.queue)?.displayName ?? offer.queue.rawValue, at: clocks)
  }

  /// The alert that an agent has to answer; nil where there is none.
  func pendingAlert(of agent: Agent, at clocks: Clocks) -> V1.Offer? {
    guard case .offered(let id) = agent.work, let offer = offer(id) else { return nil }
    return alert(of: offer, at: clocks)
  }

  /// Refuses the filter of a list of what is live by a queue that is not there; nil is no filter.
  /// Nothing live is of a queue that was deleted.
  func checkKnown(_ queue: QueueID?) throws(Rejection) {
    if let queue, self.queue(queue) == nil { throw .notFound(.queue(queue)) }
  }

  private func locationName(_ callback: Callback) -> String {
    guard let id = callback.request.value.location else { return "" }
    return location(id)?.displayName ?? id.rawValue
  }
}
