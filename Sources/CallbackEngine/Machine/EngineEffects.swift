import CallbackCore
import EventLog

/// The engine's clocks at a moment.
public struct EngineTime: Hashable, Sendable {
  /// The engine's clock, for deadlines.
  public var now: Instant
  /// The wall clock, for not-before, quiet hours, days and display.
  public var wall: WallTime

  /// Names a moment.
  public init(now: Instant, wall: WallTime) { (self.now, self.wall) = (now, wall) }
}

/// What follows from an append: answers to release, and what observers are shown.
public struct EngineEffects: Sendable {
  /// One for each submission of the step, in order; empty after a settlement.
  public var answers: [Result<Answer, EngineError>]
  /// What is durable since then.
  public var batch: LogBatch

  /// Puts effects together.
  public init(answers: [Result<Answer, EngineError>] = [], batch: LogBatch = LogBatch()) {
    self.answers = answers
    self.batch = batch
  }

  init(failing count: Int, _ error: EngineError) {
    self.init(answers: Array(repeating: .failure(error), count: count))
  }
}

/// A durable answer to a command.
public struct Answer: Hashable, Sendable {
  /// The reply, or the refusal: a refusal reveals the state as well, and so is durable too.
  public var outcome: Result<Reply, Rejection>
  /// The position of the log at which it is true: right after the command's own events, whatever
  /// else its batch changed; where it caused none, after what was decided before it. Replaying the
  /// log to there gives the state that the outcome speaks of.
  public var position: LogPosition

  /// Puts an answer together.
  public init(outcome: Result<Reply, Rejection>, position: LogPosition) {
    self.outcome = outcome
    self.position = position
  }

  /// The reply.
  ///
  /// - Throws: the refusal.
  public func get() throws(Rejection) -> Reply { try outcome.get() }
}

/// Why the engine has no answer.
public enum EngineError: Error, Hashable, Sendable {
  /// Too much waits: nothing was done. RESOURCE_EXHAUSTED.
  case overloaded
  /// There is no room for the log: nothing was done. RESOURCE_EXHAUSTED.
  case full
  /// The log did not take it, or nobody knows whether it did: ask again with the same request id.
  /// The words are for the service's own log. UNAVAILABLE.
  case unavailable(String)
  /// The engine stops. UNAVAILABLE.
  case stopping
  /// The log is damaged. The words are for the service's own log. DATA_LOSS.
  case dataLoss(String)

  /// What a refused append means.
  init(_ reason: RefusalReason) {
    switch reason {
    case .full: self = .full
    case .unavailable(let words): self = .unavailable(words)
    case .damaged(let words): self = .dataLoss(words)
    }
  }

  /// What an error of the log means.
  public init(_ error: EventLogError) {
    switch error {
    case .dataLoss(let words): self = .dataLoss(words)
    case .full: self = .full
    case .inUse(let words), .unavailable(let words): self = .unavailable(words)
    case .newerSchema(let found, let known):
      self = .unavailable("schema \(found) is newer than \(known)")
    case .tooOld(let earliest): self = .unavailable("records up to \(earliest) were dropped")
    }
  }
}
