extension CallCenter {
  /// Remembers an answer under its request.
  mutating func remember(_ reply: Reply, for key: RequestKey, _ fingerprint: Fingerprint) {
    let now = counters.now
    journal.note(.remembered(key, remembered[key].map { Shared($0) }))
    remembered[key] = Remembered(fingerprint: fingerprint, reply: reply, at: now)
    requestsByAge.append(Aged(at: now, id: key))
    journal.note(.requestQueued)
  }

  /// The answer that was given to a request, if it is still remembered.
  func rememberedAnswer(_ key: RequestKey, at now: Instant) -> Remembered? {
    guard let answer = remembered[key], answer.at + settings.requestMemory > now else {
      return nil
    }
    return answer
  }

  mutating func keepForAWhile(_ id: OfferID) {
    offersByAge.append(Aged(at: counters.now, id: id))
    journal.note(.offerQueued)
  }

  mutating func keepForAWhile(_ id: AttemptID) {
    attemptsByAge.append(Aged(at: counters.now, id: id))
    journal.note(.attemptQueued)
  }

  mutating func keepForAWhile(_ id: CallbackID) {
    callbacksByAge.append(Aged(at: counters.now, id: id))
    journal.note(.callbackQueued)
  }

  /// Drops what was kept long enough. Called after every event, so that what is dropped depends
  /// on the log alone, and what a decision saw is still there when its first event is applied.
  mutating func dropWhatIsOld() {
    let now = counters.now
    let limit = Int(settings.closedLimit)
    func isOver(_ at: Instant, _ span: Span) -> Bool { at + span <= now }
    while let oldest = requestsByAge.first,
      isOver(oldest.at, settings.requestMemory)
        || requestsByAge.count > Int(settings.requestMemoryLimit)
    {
      requestsByAge.removeFirst()
      counters.firstAnswer += 1
      journal.note(.requestDropped(oldest))
      if let answer = remembered[oldest.id], answer.at == oldest.at {
        journal.note(.remembered(oldest.id, Shared(answer)))
        remembered[oldest.id] = nil
      }
    }
    while let oldest = offersByAge.first,
      isOver(oldest.at, settings.closedRetention) || offersByAge.count > limit
    {
      offersByAge.removeFirst()
      journal.note(.offerDropped(oldest))
      remove(offer: oldest.id)
    }
    while let oldest = attemptsByAge.first,
      isOver(oldest.at, settings.closedRetention) || attemptsByAge.count > limit
    {
      attemptsByAge.removeFirst()
      journal.note(.attemptDropped(oldest))
      remove(attempt: oldest.id)
    }
    while let oldest = callbacksByAge.first,
      isOver(oldest.at, settings.closedRetention) || callbacksByAge.count > limit
    {
      callbacksByAge.removeFirst()
      journal.note(.callbackDropped(oldest))
      // A callback that was queued again is kept, whatever became of it since.
      if callbacks[oldest.id]?.value.finishedAt?.at == oldest.at { remove(callback: oldest.id) }
    }
  }
}
