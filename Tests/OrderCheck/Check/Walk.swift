import CallbackCore
import CallbackMessages
import EventLog

/// One way through a log: applies the records, and holds every answer to the state at its position.
struct Walk {
  private(set) var findings = Findings()
  private var state: CallCenter
  private var wholeness = Wholeness()
  /// Answers that show the state, the highest position first.
  private var byPosition: [Told] = []
  /// Answers to commands, by their request ids.
  private var commands: [String: [Told]] = [:]
  /// How often each request id was sent.
  private let sent: [String: Int]
  /// Where the log remembers the reply to a request.
  private var remembered: [String: LogPosition] = [:]
  /// Refusals that call an offer closed which its timer closes a little later.
  private var closing: [(told: Told, closed: Told.ClosedOffer)] = []
  /// How offers ended.
  private var ends: [OfferID: V1.OfferState] = [:]

  init(_ told: [Told], sent: [String: Int], state: CallCenter) {
    self.state = state
    self.sent = sent
    for one in told {
      switch one.judgement {
      case .command(let id, _): commands[id, default: []].append(one)
      case .state, .closedOffer: byPosition.append(one)
      }
    }
    byPosition.sort { $0.position > $1.position }
  }

  /// The walk begins at a position.
  mutating func begin(at position: LogPosition) { judge(at: position) }

  /// Takes the next record.
  mutating func follow(_ record: EventRecord) {
    findings.records += 1
    state.apply(record)
    wholeness.follow(record)
    for fault in wholeness.takeFaults() { findings.add(fault) }
    switch record.event {
    case .offerClosed(let offer, _), .offerAccepted(let offer, _):
      ends[offer.id] = Names.offer(offer.state)
    case .replyRemembered(let key, _, let reply): judge(key.id, reply, at: record.position)
    default: break
    }
    judge(at: record.position)
  }

  /// The log ends here: what was not found is missing.
  mutating func end(at position: LogPosition) {
    wholeness.end(at: position)
    for fault in wholeness.takeFaults() { findings.add(fault) }
    for one in byPosition {
      fail(one, ["its position \(one.position) is beyond the log, which ends at \(position)"])
    }
    for one in commands.values.joined() {
      fail(one, ["it was acknowledged at \(one.position), and is not in the log"])
    }
    for (one, closed) in closing where ends[closed.offer] != closed.state {
      fail(one, ["offer \(closed.offer) is not \(closed.state) by the log"])
    }
  }

  // MARK: - Judging

  /// What shows the state at a position.
  private mutating func judge(at position: LogPosition) {
    while let one = byPosition.last, one.position <= position {
      byPosition.removeLast()
      var differences = Differences()
      differences.expect("the position", one.position, is: position)
      switch one.judgement {
      case .state(let compare): compare(state, &differences)
      case .closedOffer(let closed):
        let offer = state.offer(closed.offer)
        if offer?.state == .pending {
          // Received behind its deadline, and decided before the timer.
          closing.append((one, closed))
        } else {
          differences.expect(
            "the end of an offer", closed.state, is: offer.map { Names.offer($0.state) })
        }
      case .command: break
      }
      findings.compared += 1
      fail(one, differences.words)
    }
  }

  /// The answers to a command whose reply is remembered at a position, which is right behind its
  /// own events: the first is of there, a repetition of there or later.
  private mutating func judge(_ id: String, _ reply: Reply, at position: LogPosition) {
    let times = sent[id] ?? 0
    if times == 0 { findings.add("request \(id) at \(position): nobody sent it") }
    if let before = remembered.updateValue(position, forKey: id) {
      findings.add("request \(id) was decided at \(before), and again at \(position)")
    }
    for one in commands.removeValue(forKey: id) ?? [] {
      guard case .command(_, let compare) = one.judgement else { continue }
      var differences = Differences()
      if times == 1 {
        differences.expect("the position", one.position, is: position)
      } else {
        differences.require(
          one.position >= position,
          "the position is \(one.position), before its own events, which end at \(position)")
        if one.position > position { findings.repeated += 1 }
      }
      compare(reply, state, &differences)
      findings.compared += 1
      findings.commands += 1
      fail(one, differences.words)
    }
  }

  private mutating func fail(_ one: Told, _ words: [String]) {
    guard !words.isEmpty else { return }
    findings.add("\(one.index): \(one.operation.method): \(words.joined(separator: "; "))")
  }
}
