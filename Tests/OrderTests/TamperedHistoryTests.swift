import CallbackCore
import CallbackMessages
import EventLog
import FoundationEssentials
import OrderCheck
import RunningDaemon
import ProtobufC
import SQLiteEventLog
import TestSupport
import Testing

/// The check finds what is wrong: a true history of a real daemon has no fault, and one that was
/// tampered with, or a log that was, has.
@Suite("The check of the order", .serialized)
struct TamperedHistoryTests {
  typealias Methods = CallbackServiceMethods

  /// What a daemon answered, and the log that it left.
  fileprivate struct Played {
    var history: [Operation]
    var records: [EventRecord]
  }

  /// Played once for all cases.
  private static let played = Task {
    let directory = TemporaryDirectory()
    let daemon = DaemonProcess(in: directory.path)
    try daemon.start()
    let recorder = try Recorder()
    var load = Load(seed: 7)
    load.calls = 40
    try await load.run(sockets: [daemon.socket], recorder: recorder)
    daemon.stop()
    let store = try SQLiteEventStore(directory: daemon.data)
    defer { store.close() }
    let records = try store.openReader().records(after: 0, limit: .max)
    return Played(history: recorder.operations, records: records)
  }

  private func check(
    _ change: (inout Played) throws -> Void = { _ in }
  ) async throws -> Findings {
    var played = try await Self.played.value
    try change(&played)
    let log = try MemoryEventStore().openLog()
    guard case .appended = log.append(LogBatch(records: played.records), after: 0) else {
      throw Missing(what: "a log of the records")
    }
    return try OrderCheck.check(played.history, against: log)
  }

  @Test("finds nothing where nothing is wrong")
  func untouched() async throws {
    let findings = try await check()
    #expect(findings.faultCount == 0, "\(findings)")
    #expect(findings.commands > 100 && findings.refusals > 0)
  }

  // MARK: - Replaying gives the answer

  @Test("finds an answer to a command that is not what the log says")
  func wrongCommand() async throws {
    let findings = try await check { played in
      try played.tamper(Methods.requestCallback) { $0.etag = "r99" }
    }
    #expect(findings.faults.contains { $0.contains("etag is r99") }, "\(findings)")
  }

  @Test("finds a command's position that is not right behind its events", arguments: [-1, 1])
  func wrongPosition(by distance: Int64) async throws {
    let findings = try await check { played in
      try played.tamper(Methods.acceptOffer) {
        $0.logPosition = UInt64(Int64($0.logPosition) + distance)
      }
    }
    #expect(findings.faults.contains { $0.contains("the position is") }, "\(findings)")
  }

  @Test("finds reads that are not what the log says")
  func wrongReads() async throws {
    let findings = try await check { played in
      try played.tamper(Methods.getCallback) { $0.callback?.state = .failed }
      try played.tamper(Methods.getAgent) { $0.agent?.misses = 77 }
      try played.tamper(Methods.listCallbacks, where: { !$0.callbacks.isEmpty }) {
        $0.callbacks.removeFirst()
      }
      try played.tamper(Methods.explainCallback) { $0.ahead += 5 }
      try played.tamper(Methods.estimateWait) { $0.ahead += 5 }
      try played.tamper(Methods.watchOffers, where: { $0.isAlert }) { response in
        guard case .offered(var offered) = response.event else { return }
        offered.offer?.revision += 1
        response.event = .offered(offered)
      }
      try played.tamper(Methods.getCallerHistory, where: { !$0.entries.isEmpty }) {
        guard case .callback(var kept) = $0.entries[0].entry else { return }
        kept.attempts.append(V1.HistoryAttempt(attemptID: "none"))
        $0.entries[0].entry = .callback(kept)
      }
    }
    #expect(findings.faultCount == 7, "\(findings)")
  }

  @Test("finds a refusal that is not true at its position, and one without a position")
  func wrongRefusals() async throws {
    let findings = try await check { played in
      let refused = try played.first {
        if case .refused = $0.outcome { true } else { false }
      }
      guard case .refused(var refusal) = played.history[refused].outcome else { return }
      refusal.metadata["log_position"] = nil
      played.history[refused].outcome = .refused(refusal)
      let index = try played.first { $0.isAnswered(Methods.getAgent) }
      let position = try #require(
        try played.positions(Methods.getAgent) { $0.logPosition }.first)
      played.history[index].outcome = .refused(
        .init(
          reason: OptionsV1.Reason.agentNotFound.rawValue,
          metadata: ["agent_id": "agent-0", "log_position": "\(position)"], offerClosed: Data(),
          words: "no such agent"))
    }
    #expect(findings.faultCount == 2, "\(findings)")
    #expect(findings.faults.contains { $0.contains("it is there, by the log") }, "\(findings)")
    #expect(findings.faults.contains { $0.contains("has no position") }, "\(findings)")
  }

  // MARK: - The order of the calls

  @Test("finds an operation that ended before another began, and has the higher position")
  func wrongOrder() async throws {
    let findings = try await check { played in
      // The last of all commands, as if it had been over before the first began.
      let last = try #require(played.history.lastIndex { $0.isAnswered(Methods.reportOutcome) })
      let start = played.history[0].began
      (played.history[last].began, played.history[last].ended) = (start - 2, start - 1)
    }
    #expect(findings.faultCount > 10, "\(findings)")
    #expect(findings.faults.allSatisfy { $0.contains("had ended at") }, "\(findings)")
  }

  @Test("does not mind operations that overlap")
  func overlapping() async throws {
    let findings = try await check { played in
      let end = played.history.compactMap(\.ended).max()
      for index in played.history.indices { played.history[index].ended = end }
    }
    #expect(findings.faultCount == 0, "\(findings)")
  }

  // MARK: - Nothing is missing, nothing is half

  @Test("finds that the end of the log is missing")
  func lostTail() async throws {
    let findings = try await check { played in
      // Late in the calls, but with a read and a command behind it.
      let reads = try played.positions(Methods.getAgent) { $0.logPosition }
      let commands = try played.positions(Methods.reportOutcome) { $0.logPosition }
      let last = try #require(commands.max())
      let end = try #require(reads.filter { $0 < last }.max())
      played.records.removeAll { $0.position >= end }
    }
    #expect(findings.faults.contains { $0.contains("and is not in the log") }, "\(findings)")
    #expect(findings.faults.contains { $0.contains("beyond the log") }, "\(findings)")
  }

  @Test("finds an effect without its answer, and the answer missing")
  func lostAnswer() async throws {
    let findings = try await check { played in
      try played.blank { record in
        if case .replyRemembered(_, _, .accepted) = record.event { true } else { false }
      }
    }
    #expect(findings.faults.contains { $0.contains("and is not in the log") }, "\(findings)")
    #expect(
      findings.faults.contains { $0.contains("half a command") || $0.contains("did [") },
      "\(findings)")
  }

  @Test("finds an answer without its effect")
  func lostEffect() async throws {
    let findings = try await check { played in
      try played.blank { record in
        if case .callbackRequested = record.event { true } else { false }
      }
    }
    #expect(findings.faults.contains { $0.contains("did []") }, "\(findings)")
  }

  @Test("finds a request that was decided twice, and one that nobody sent")
  func decidedTwice() async throws {
    let findings = try await check { played in
      let end = played.records.count
      let kept = try #require(
        played.records.last {
          if case .replyRemembered(_, _, .agent) = $0.event { true } else { false }
        })
      guard case .replyRemembered(var key, let fingerprint, let reply) = kept.event else { return }
      played.records.append(
        EventRecord(position: UInt64(end + 1), stamp: kept.stamp, event: kept.event))
      key = RequestKey(user: key.user, id: "nobody's")
      played.records.append(
        EventRecord(
          position: UInt64(end + 2), stamp: kept.stamp,
          event: .replyRemembered(key, fingerprint, reply)))
    }
    #expect(findings.faultCount == 2, "\(findings)")
    #expect(findings.faults.contains { $0.contains("again at") }, "\(findings)")
    #expect(findings.faults.contains { $0.contains("nobody sent it") }, "\(findings)")
  }
}

/// Something that a played history lacks, so that a case cannot be made of it.
private struct Missing: Error {
  let what: String
}

extension TamperedHistoryTests.Played {
  /// The first operation of a kind.
  fileprivate func first(where isWanted: (Operation) -> Bool) throws -> Int {
    guard let index = history.firstIndex(where: isWanted) else {
      throw Missing(what: "an operation")
    }
    return index
  }

  /// Changes an answer to a method: the middle one of those that fit.
  fileprivate mutating func tamper<Request, Response>(
    _ method: RPCMethod<Request, Response>, where fits: (Response) -> Bool = { _ in true },
    _ change: (inout Response) -> Void
  ) throws {
    let found = try history.indices.compactMap { index -> (Int, Response)? in
      guard history[index].isAnswered(method), case .answered(let data) = history[index].outcome
      else { return nil }
      let response = try Response(wire: Array(data), limits: .reply)
      return fits(response) ? (index, response) : nil
    }
    guard !found.isEmpty else { throw Missing(what: method.name) }
    var (index, response) = found[found.count / 2]
    change(&response)
    history[index].outcome = .answered(Data(response.serialized()))
  }

  /// The positions of the answers of a method, in the order in which it was called.
  fileprivate func positions<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ position: (Response) -> LogPosition
  ) throws -> [LogPosition] {
    try history.compactMap { operation in
      guard operation.isAnswered(method), case .answered(let data) = operation.outcome else {
        return nil
      }
      return position(try Response(wire: Array(data), limits: .reply))
    }
  }

  /// Puts an event that means nothing in the place of the last of a kind: much speaks of an earlier
  /// one.
  fileprivate mutating func blank(_ isWanted: (EventRecord) -> Bool) throws {
    guard let index = records.lastIndex(where: isWanted) else {
      throw Missing(what: "a record")
    }
    records[index].event = .agentCallsCleared(AgentID("nobody"))
  }
}

extension Operation {
  fileprivate func isAnswered(_ method: some AnyRPCMethod) -> Bool {
    guard self.method == method.path, case .answered = outcome else { return false }
    return true
  }
}

extension V1.WatchOffersResponse {
  fileprivate var isAlert: Bool { if case .offered = event { true } else { false } }
}
