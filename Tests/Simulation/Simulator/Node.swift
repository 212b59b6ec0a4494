import CallbackCore
import CallbackEngine
import EventLog

/// The service as the simulation runs it: the production machine between an inbox and a disk.
struct Node: Sendable {
  /// A command on its way, with what its sender wants to know of the answer.
  struct Item: Sendable {
    var submission: Submission
    var ticket: Ticket
  }

  /// Who waits for an answer.
  enum Ticket: Hashable, Sendable {
    case nobody
    case client(RequestKey)
    case claim(AttemptID, by: DialerID)
    case attach(DialerID)
  }

  /// What a turn led to.
  struct Turn {
    /// What is durable since then, in order.
    var records: [EventRecord] = []
    /// Who asked, what, and what they are told.
    var answers: [(Item, Result<Answer, EngineError>)] = []
    /// The only command of the turn if there was one: what it decided is known to the event.
    var only: Submission?
    /// Whether the batch took hold, so that everything due at `decidedAt` has happened.
    var isCurrent = false
    var decidedAt = Instant(0)
  }

  private(set) var machine: EngineMachine?
  var disk = SimulatedDisk()
  /// How the next appends end; `.appended` when empty.
  var fates: [SimulatedDisk.Fate] = []
  /// Whether the next append takes long.
  var isSlow = false
  private(set) var inbox: [Item] = []
  /// An append that the disk works on.
  private var running: (batch: LogBatch, items: [Item], at: EngineTime)?
  /// Every record that an append tried to write, by position; the last try at each.
  private(set) var attempted: [LogPosition: EventRecord] = [:]
  private var chance: Chance

  init(seed: UInt64) { chance = Chance(seed: seed ^ 0xd15c) }

  var isUp: Bool { machine != nil }
  var isWaiting: Bool { running != nil }
  var isUnsettled: Bool { machine?.unsettledAppend != nil }
  /// Whether the state is what is durable, and nothing more.
  var isQuiet: Bool { isUp && !isWaiting && !isUnsettled }

  mutating func receive(_ items: [Item]) { inbox += items }

  /// Decides what is in the inbox and what is due, as the engine's loop does.
  mutating func turn(at time: EngineTime) -> Turn {
    var turn = Turn()
    guard isUp, running == nil else { return turn }
    let items = inbox
    inbox = []
    if isUnsettled {
      turn.answers = items.map { ($0, .failure(.unavailable("unsettled"))) }
      return turn
    }
    let batch = step(items, at: time)
    if isSlow, !batch.isEmpty {
      isSlow = false
      running = (batch, items, time)
      return turn
    }
    finish(batch, items, &turn, at: time, mayRetry: true)
    return turn
  }

  /// The disk answers an append that took long.
  mutating func diskAnswers(at time: EngineTime) -> Turn {
    var turn = Turn()
    if let (batch, items, decidedAt) = running {
      running = nil
      finish(batch, items, &turn, at: decidedAt, mayRetry: true)
    } else if let append = machine?.unsettledAppend {
      let effects = machine?.settled(disk.settle(append))
      turn.records = effects?.batch.records ?? []
    }
    return turn
  }

  private mutating func step(_ items: [Item], at time: EngineTime) -> LogBatch {
    var chance = chance
    defer { self.chance = chance }
    let batch = machine?.step(items.map(\.submission), at: time) { chance.next() } ?? LogBatch()
    for record in batch.records { attempted[record.position] = record }
    return batch
  }

  private mutating func finish(
    _ batch: LogBatch, _ items: [Item], _ turn: inout Turn, at time: EngineTime, mayRetry: Bool
  ) {
    guard let head = machine?.head else { return }
    let fate = batch.isEmpty || fates.isEmpty ? .appended : fates.removeFirst()
    let result: AppendResult =
      batch.isEmpty ? .appended(head) : disk.append(batch, after: head.position, fate)
    guard let effects = machine?.appended(result) else { return }
    if case .conflict = result, mayRetry {
      // Nobody else writes here: there is nothing to catch up with, the batch is decided again.
      finish(step(items, at: time), items, &turn, at: time, mayRetry: false)
      return
    }
    if case .appended = result { turn.isCurrent = true }
    turn.decidedAt = time.now
    turn.records = effects.batch.records
    turn.answers = Array(zip(items, effects.answers))
    if items.count == 1 { turn.only = items.first?.submission }
  }

  /// The process dies at once; what it was doing is written or not.
  mutating func crash(losesUnsynced: Bool, writesRunning: Bool) -> [Item] {
    let lost = (running?.items ?? []) + inbox
    if let running, let head = machine?.head, writesRunning {
      _ = disk.append(running.batch, after: head.position, .unknownWritten)
    }
    if losesUnsynced { disk.loseUnsynced() }
    (machine, running, inbox, isSlow) = (nil, nil, [], false)
    return lost
  }

  /// Brings a machine to the end of the log, from a snapshot if `usesSnapshot`.
  mutating func start(usesSnapshot: Bool) {
    disk.open()
    var machine = EngineMachine()
    if usesSnapshot, let snapshot = disk.snapshot {
      machine = EngineMachine(state: CallCenter(restoring: snapshot.state), head: snapshot.head)
    }
    machine.zones = SimulatedZones()
    machine.adopt(Array(disk.records[Int(machine.head.position)...]), disk.head)
    self.machine = machine
  }

  mutating func saveSnapshot() {
    guard isQuiet, let machine else { return }
    disk.save(LogSnapshot(head: machine.head, state: machine.state.snapshot()))
  }
}
