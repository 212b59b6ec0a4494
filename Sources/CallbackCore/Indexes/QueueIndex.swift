/// What the core keeps sorted about one queue; derived from callbacks, offers and agents.
struct QueueIndex: Sendable {
  /// Callbacks that may be offered now: queued, not suspended, their number not in use.
  var offerable = OrderedIndex<Place>()
  /// Callbacks that are queued or offered, for the position in line.
  var line = OrderedIndex<Place>()
  /// Agents who wait for an offer.
  var idle = OrderedIndex<Turn>()
  /// All agents who belong to the queue.
  var members = OrderedIndex<AgentID>()
  /// Those of them who take callbacks, or will when what holds them is over.
  var duty = Duty()
  /// The offers that are pending.
  var pending = OrderedIndex<OfferID>()
  /// Live callbacks that have not left the queue.
  var waiting = 0
  /// Live callbacks, those included that left the queue with an answer.
  var live = 0

  init() {}

  /// What decides how long a callback at a place waits: the callbacks that may be offered before
  /// it, the idle agents, the agents on duty, and how many of these there are for the queue alone,
  /// in units of `Duty`.
  func line(
    before place: Place, _ wantsAgents: (QueueID) -> Bool
  ) -> (ahead: Int, idle: Int, onDuty: Int, share: Int) {
    (offerable.rank(of: place), idle.count, duty.count, duty.share(wantsAgents))
  }
}

/// The sorted state of every queue. Queues keep their slots, so that reading or changing one
/// copies nothing.
struct QueueTable: Sendable {
  private var slots: [QueueID: Int] = [:]
  private var items: [QueueIndex] = []
  private let empty = QueueIndex()

  init() {}

  var ids: [QueueID] { slots.keys.sorted() }

  subscript(id: QueueID) -> QueueIndex {
    _read {
      if let slot = slots[id] { yield items[slot] } else { yield empty }
    }
    _modify {
      let slot: Int
      if let known = slots[id] {
        slot = known
      } else {
        slot = items.count
        slots[id] = slot
        items.append(QueueIndex())
      }
      yield &items[slot]
    }
  }
}

/// What the core keeps about one connector; derived from attempts.
struct DialerIndex: Sendable {
  /// Attempts that hold an agent and one of the connector's lines.
  var running = OrderedIndex<AttemptID>()
  /// Attempts whose end it may still tell.
  var uncertain = OrderedIndex<AttemptID>()

  var isEmpty: Bool { running.isEmpty && uncertain.isEmpty }
}

/// The live callbacks of a line. Nearly always one, which needs no array.
struct LineIndex: Sendable {
  private var heads: [PhoneNumber.Line: CallbackID] = [:]
  private var rest: [PhoneNumber.Line: [CallbackID]] = [:]

  init() {}

  mutating func insert(_ id: CallbackID, at line: PhoneNumber.Line) {
    guard let head = heads.updateValue(id, forKey: line), head != id else { return }
    rest[line, default: []].append(head)
  }

  mutating func remove(_ id: CallbackID, at line: PhoneNumber.Line) {
    if heads[line] == id {
      let next = rest[line]?.popLast()
      heads[line] = next
    } else {
      rest[line]?.removeAll { $0 == id }
    }
    if rest[line]?.isEmpty == true { rest[line] = nil }
  }

  /// The callbacks of a line in the order of requests.
  func callbacks(at line: PhoneNumber.Line) -> [CallbackID] {
    guard let head = heads[line] else { return [] }
    guard let others = rest[line] else { return [head] }
    return (others + [head]).sorted()
  }

  /// Whether more than one callback waits at a line.
  func isShared(_ line: PhoneNumber.Line) -> Bool { rest[line] != nil }
}
