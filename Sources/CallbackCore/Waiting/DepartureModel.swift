/// Foretells when the agents of a queue will have become free a number of times.
///
/// Each of `agents` becomes free once in a while: at times of mean `mean` and squared coefficient
/// of variation `variation`. A caller who comes at any moment finds them all somewhere in the
/// midst of it. The time to the `n`th departure of them all has a mean and a variance that are
/// known at both ends: where the times always are the same, departures are the order statistics of
/// uniform moments, again and again; where they are exponential, a Poisson process. Between the
/// two, and beyond, both are taken in proportion to `variation`.
///
/// Callbacks that come back after an attempt keep their place, so that a share `returned` of what
/// agents do is done for those who overtake: departures for the line are rarer by as much, and
/// more spread, as in the busy period of a queue.
///
/// The time has a Gamma law of this mean and variance, and the mean itself is known from
/// `evidence` times only, which makes the quotient of two Gammas: an F law. Its quantiles are
/// Paulson's, which need no more than a square root.
struct DepartureModel {
  /// How many agents there are: above 0.
  var agents: Double
  /// The mean time in which an agent becomes free once, in milliseconds.
  var mean: Double
  /// The squared coefficient of variation of these times: 0 for equal, 1 for exponential times.
  var variation: Double
  /// The share of agents' work that is done for callbacks that came back: below 1.
  var returned: Double
  /// How well the mean is known: the shape of its law.
  var evidence: Double

  /// The standard normal law's quantile of 90 %.
  static let deviate = 1.281_551_565_544_6

  /// A mean time without any observation: four minutes, as good as any; little trusted.
  private static let presumedMean = 240_000.0
  /// What is known without any observation.
  private static let presumedEvidence = 2.0
  /// A queue in which nearly all callbacks come back is not believed to move on never.
  private static let mostReturned = 0.9
  /// Times are never believed to be exactly equal, nor more different than this.
  private static let variations = 0.005...4.0

  /// What a record and the agents on duty say.
  init(_ record: ServiceRecord, agents: Double) {
    self.agents = agents
    let weight = Double(record.weight)
    // What is presumed counts less and less, so that it is soon forgotten.
    let presumed = 1 / (1 + Double(record.observations))
    mean = max((Double(record.held) + presumed * Self.presumedMean) / (weight + presumed), 1)
    var seen = 1.0
    if weight > 1, record.held > 0 {
      let average = Double(record.held) / weight
      let squares = Double(record.heldSquared) / weight
      seen = max(squares / (average * average) - 1, 0) * weight / (weight - 1)
    }
    let variation = (weight * seen + 2 * presumed) / (weight + 2 * presumed)
    self.variation = min(max(variation, Self.variations.lowerBound), Self.variations.upperBound)
    evidence = Self.presumedEvidence + weight / self.variation
    let share =
      weight > 0 ? Double(record.returned) / Double(ServiceRecord.returnUnit) / weight : 0
    returned = min(share, Self.mostReturned)
  }

  /// The times to the `count`th departure which one in ten, half, and nine in ten do not exceed.
  func times(to count: Int) -> (earliest: Span, median: Span, latest: Span) {
    let (mean, variance) = moments(of: Double(count))
    let (first, second) = (2 * mean * mean / variance, 2 * evidence)
    func quantile(_ deviate: Double) -> Span {
      let time = mean * Self.fQuantile(first, second, deviate: deviate)
      return Span(Int64(min(time.rounded(), Self.longest)))
    }
    return (quantile(-Self.deviate), quantile(0), quantile(Self.deviate))
  }

  /// No wait is said to be longer: a year.
  private static let longest = 366.0 * 86_400_000

  /// Mean and variance of the time to a departure, in milliseconds.
  private func moments(of count: Double) -> (mean: Double, variance: Double) {
    // Less than one agent is one who takes longer.
    let agents = max(self.agents, 1)
    let each = mean / self.agents
    var rounds = (count / agents).rounded(.down)
    var rest = count - rounds * agents
    if rest == 0 { (rounds, rest) = (rounds - 1, agents) }
    let equal = (
      mean: rounds * agents + agents * rest / (agents + 1),
      variance: agents * agents * rest * (agents + 1 - rest)
        / ((agents + 1) * (agents + 1) * (agents + 2))
    )
    let bounded = min(variation, 1)
    let departures = (
      mean: variation * count + (1 - variation) * equal.mean,
      variance: variation * count + (1 - bounded) * equal.variance
    )
    let rate = 1 - returned
    return (
      mean: departures.mean * each / rate,
      variance: (departures.variance + returned * count) * each * each / (rate * rate * rate)
    )
  }

  /// A quantile of the F law by the normal law's (Paulson's approximation).
  static func fQuantile(_ first: Double, _ second: Double, deviate: Double) -> Double {
    let (u, v) = (2 / (9 * first), 2 / (9 * second))
    let square = deviate * deviate
    let a = (1 - v) * (1 - v) - square * v
    let b = (1 - u) * (1 - v)
    let c = (1 - u) * (1 - u) - square * u
    let root = max(b * b - a * c, 0).squareRoot()
    let x = max(deviate < 0 ? b - root : b + root, 0) / a
    return x * x * x
  }
}
