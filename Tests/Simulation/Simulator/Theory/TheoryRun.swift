import CallbackCore

/// A call center in steady state: callers arrive by Poisson's law, agents accept at once, and a
/// call takes as long as the law of service says. The core decides; only the clock is simulated.
public struct TheoryRun: Sendable {
  /// How long a call takes.
  public enum Service: Hashable, Sendable {
    /// By an exponential law of the mean below.
    case exponential
    /// Always the mean below.
    case fixed
    /// The sum of four exponential parts: half as spread as one of them.
    case steady
    /// One call in two is over soon, after 15 % of the mean; the others make up for it.
    case mixed
  }

  /// The line.
  public var queue: ErlangQueue
  /// The law of service.
  public var service: Service
  /// How many callers arrive.
  public var arrivals: Int
  /// Decides all chance.
  public var seed: UInt64
  /// Of a hundred calls so many do not connect, and are tried again after the queue's gap.
  public var failing = 0

  /// The mean time of service, in milliseconds: so long that rounding does not show.
  static let mean = 200_000.0
  /// Over how many batches means are taken.
  static let batches = 30

  /// A run of a line.
  public init(_ queue: ErlangQueue, _ service: Service, arrivals: Int, seed: UInt64) {
    self.queue = queue
    self.service = service
    self.arrivals = arrivals
    self.seed = seed
  }

  /// What was measured.
  public struct Result: Sendable {
    /// The share of callers who waited.
    public var shareWaiting: Estimate
    /// The mean wait of all callers, in mean times of service.
    public var meanWait: Estimate
    /// Callers times their waits, in milliseconds, added up caller by caller.
    public var waitsOfCallers: Int64
    /// The same as the line's length over time: equal by Little's law, exactly.
    public var lengthOverTime: Int64
    /// Callers that came, and callers that were served: equal at the end.
    public var taken: UInt64
    /// Callers that were served to the end.
    public var completed: UInt64
    /// What the core said that was wrong, if anything.
    public var violations: [String]
  }

  /// A mean with its standard error, from the means of batches.
  public struct Estimate: Sendable {
    /// The mean.
    public var mean: Double
    /// Its standard error.
    public var error: Double

    init(batches: [Double]) {
      let count = Double(batches.count)
      let mean = batches.reduce(0, +) / count
      let squares = batches.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      self.mean = mean
      error = (squares / (count - 1) / count).squareRoot()
    }

    /// Whether `value` is within three standard errors.
    public func agrees(with value: Double) -> Bool { abs(mean - value) <= 3 * error }
  }

  /// What callers were told, and how long they waited.
  public struct Told: Sendable {
    /// What the answer to the request said.
    public var estimate: WaitEstimate
    /// How long it was until the first offer.
    public var wait: Span
  }

  /// Runs until every caller has been served, and compares estimates with waits, in the order of
  /// arrival.
  public func told() -> [Told] {
    var line = TheoryLine(self)
    line.run()
    return zip(line.estimates, line.waits).compactMap { estimate, wait in
      estimate.map { Told(estimate: $0, wait: Span(wait)) }
    }
  }

  /// Runs until every caller has been served.
  public func run() -> Result {
    var line = TheoryLine(self)
    line.run()
    // The line begins empty: the first tenth of the callers is not measured.
    let measured = line.waits.dropFirst(arrivals / 10)
    let size = measured.count / Self.batches
    let batches = (0..<Self.batches).map { measured.dropFirst($0 * size).prefix(size) }
    func means(_ value: (Int64) -> Double) -> Estimate {
      Estimate(batches: batches.map { $0.reduce(0) { $0 + value($1) } / Double(size) })
    }
    return Result(
      shareWaiting: means { $0 > 0 ? 1 : 0 }, meanWait: means { Double($0) / Self.mean },
      waitsOfCallers: line.waits.reduce(0, +), lengthOverTime: line.lengthOverTime,
      taken: line.center.counters.taken, completed: line.center.counters.completed,
      violations: line.center.violations())
  }
}

/// The core with the callers and agents of a theory run around it.
struct TheoryLine {
  private let plan: TheoryRun
  private(set) var center = CallCenter()
  /// How long each caller waited, in the order of arrival.
  private(set) var waits: [Int64] = []
  /// How long each caller was told to wait.
  private(set) var estimates: [WaitEstimate?] = []
  private(set) var lengthOverTime: Int64 = 0
  private var chance: Chance
  private var now = Instant(0)
  private var arrived: [CallbackID: (order: Int, at: Instant)] = [:]
  /// The calls that run, the earliest end last.
  private var calls: [(end: Instant, attempt: AttemptID)] = []
  private static let queue = QueueID("q")

  init(_ plan: TheoryRun) {
    self.plan = plan
    chance = Chance(seed: plan.seed)
    waits = Array(repeating: 0, count: plan.arrivals)
    estimates = Array(repeating: nil, count: plan.arrivals)
    var service = ServiceSettings()
    (service.closedRetention, service.closedLimit) = (.seconds(1), 100)
    _ = perform(.putSettings(service, ifRevision: nil))
    var settings = QueueOverrides()
    settings.cooldownAfterCallback = .zero
    settings.reportedReportTimeout = .hours(24)
    _ = perform(.putQueue(PutQueue(id: Self.queue, settings: settings), ifRevision: nil))
    let place = [Membership(queue: Self.queue)]
    for number in 0..<plan.queue.servers {
      let id = AgentID("a\(number)")
      _ = perform(.putAgent(id, AgentSettings(memberships: place), ifRevision: nil))
      _ = perform(.openSession(SessionID(id.rawValue), stream: 1, agents: [id]))
      _ = perform(.setAgentStatus(id, wanted: .ready, endCooldown: false))
    }
  }

  private mutating func perform(_ command: Command) -> [Event] {
    decide(command)?.events ?? []
  }

  private mutating func decide(_ command: Command) -> Decision? {
    let context = DecisionContext(
      now: now, wall: WallTime(now.milliseconds), entropy: chance.next())
    let submission = Submission(command, actor: Actor(userID: 1))
    return try? center.perform(submission, in: context)
  }

  mutating func run() {
    var arrival = Instant(0) + draw(TheoryRun.mean / plan.queue.load)
    var count = 0
    while count < plan.arrivals || !calls.isEmpty || center.liveCallbackCount > 0 {
      if count < plan.arrivals, calls.last.map({ arrival <= $0.end }) ?? true {
        guard pass(to: arrival) else { continue }
        request(count)
        count += 1
        arrival = arrival + draw(TheoryRun.mean / plan.queue.load)
      } else if let call = calls.last {
        // What is tried again meanwhile may end earlier.
        guard pass(to: call.end) else { continue }
        calls.removeLast()
        end(call.attempt)
      } else if let retry = center.nextDeadline {
        pass(to: retry)
      }
    }
  }

  private mutating func end(_ attempt: AttemptID) {
    let fails = plan.failing > 0 && chance.happens(plan.failing)
    let report =
      fails
      ? AttemptReport(attempt: attempt, sequence: 1, kind: .notConnected, outcome: .busy)
      : AttemptReport(attempt: attempt, sequence: 1, kind: .ended, outcome: .answered)
    follow(perform(.reportAttempt(report, dialer: nil)))
  }

  /// How long a call takes.
  private mutating func service() -> Span {
    switch plan.service {
    case .exponential: draw(TheoryRun.mean)
    case .fixed: Span(Int64(TheoryRun.mean))
    case .steady: draw(TheoryRun.mean / 4, parts: 4)
    case .mixed where chance.happens(50): Span(Int64(TheoryRun.mean * 0.15))
    case .mixed: draw(TheoryRun.mean * 1.85 / 2, parts: 2)
    }
  }

  private mutating func draw(_ mean: Double, parts: Int) -> Span {
    (0..<parts).reduce(.zero) { sum, _ in sum + draw(mean) }
  }

  /// A length by the exponential law.
  private mutating func draw(_ mean: Double) -> Span {
    Span(Int64((-mean * Self.logarithm(chance.unit())).rounded()))
  }

  /// The natural logarithm of a number in (0, 1], by its series: the standard library has none.
  private static func logarithm(_ x: Double) -> Double {
    let exponent = Double(x.exponent)
    let fraction = x.significand
    let ratio = (fraction - 1) / (fraction + 1)
    var (sum, power, n) = (0.0, ratio, 1.0)
    while abs(power) > 1e-17 {
      sum += power / n
      power *= ratio * ratio
      n += 2
    }
    return 2 * sum + exponent * 0.693_147_180_559_945_3
  }

  /// Lets time pass to a moment, or to one before it at which a callback is tried again: false.
  @discardableResult
  private mutating func pass(to moment: Instant) -> Bool {
    while let next = center.nextDeadline, next <= moment {
      let running = calls.count
      move(to: next)
      let wall = WallTime(now.milliseconds)
      follow(center.advance(in: DecisionContext(now: now, wall: wall, entropy: 0)))
      if calls.count > running { return false }
    }
    move(to: moment)
    return true
  }

  private mutating func move(to moment: Instant) {
    lengthOverTime +=
      Int64(center.lineLength(of: Self.queue)) * (moment - now).milliseconds
    now = moment
  }

  private mutating func request(_ order: Int) {
    let number = PhoneNumber(e164: "+1\(order)")
    let request = RequestCallback(number: .number(number, kind: .ordinary), queue: Self.queue)
    guard let decision = decide(.requestCallback(request)) else { return }
    for case .callbackRequested(let callback) in decision.events {
      arrived[callback.id] = (order, now)
    }
    if case .requested(let reply) = decision.reply { estimates[order] = reply.wait?.value }
    follow(decision.events)
  }

  /// Agents accept what they are offered, and talk.
  private mutating func follow(_ events: [Event]) {
    for case .offerMade(let offer) in events {
      if let caller = arrived.removeValue(forKey: offer.callback) {
        waits[caller.order] = (now - caller.at).milliseconds
      }
      let length = service()
      for case .offerAccepted(_, let attempt) in perform(
        .acceptOffer(offer.id, agent: nil, session: nil))
      {
        let end = now + length
        let place = calls.firstIndex { $0.end <= end } ?? calls.count
        calls.insert((end, attempt.id), at: place)
      }
    }
  }
}
