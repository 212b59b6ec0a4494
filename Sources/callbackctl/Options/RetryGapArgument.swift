import ArgumentParser
import CallbackClient
import CallbackMessages

/// A gap before the next attempt, such as `busy=5m`, or `default` for all of them.
struct RetryGapArgument: ExpressibleByArgument, Hashable, Sendable {
  /// After which outcome the gap is.
  enum Outcome: String, Sendable {
    case busy
    case noAnswer = "no-answer"
    case rejected
    case congestion
    case failed
    case invalidNumber = "invalid-number"
    /// After any: the longest that doubling makes.
    case limit
  }

  /// After which outcome; nil: after all of them the service's own.
  let outcome: Outcome?
  /// How long.
  let gap: Setting<DurationArgument>

  /// Reads a gap; nil where it is none.
  init?(argument: String) {
    if argument == "default" {
      (outcome, gap) = (nil, .byDefault)
      return
    }
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let outcome = Outcome(rawValue: parts[0]),
      let gap = Setting<DurationArgument>(argument: parts[1])
    else { return nil }
    self.outcome = outcome
    self.gap = gap
  }

  /// Puts it among a queue's gaps.
  func apply(to gaps: inout V1.RetryGaps) {
    let duration = gap.value.map { GoogleProtobuf.Duration($0.duration) }
    switch outcome {
    case nil: gaps = V1.RetryGaps()
    case .busy: gaps.busy = duration
    case .noAnswer: gaps.noAnswer = duration
    case .rejected: gaps.rejected = duration
    case .congestion: gaps.congestion = duration
    case .failed: gaps.failed = duration
    case .invalidNumber: gaps.invalidNumber = duration
    case .limit: gaps.limit = duration
    }
  }
}
