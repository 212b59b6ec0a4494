import CallbackClient
import CallbackMessages
import Foundation
import ScriptedDaemon
import Testing
import UnixRPC

@testable import callbackctl

@Suite("Commands against a scripted daemon")
struct CommandTests {
  @Test("accept takes the agent's pending offer, and shows the call bar and the card")
  func accept() async throws {
    let accepted = Recorded<V1.AcceptOfferRequest>()
    try await ScriptedSession.run { router in
      router.answer(CallbackServiceMethods.getAgent) { request in
        V1.GetAgentResponse(agent: V1.AgentPresence(agentID: request.agentID, offerID: "O1"))
      }
      router.answer(CallbackServiceMethods.acceptOffer) { request in
        accepted.add(request)
        return V1.AcceptOfferResponse(
          attempt: V1.Attempt(
            attemptID: "T1", agentID: "ada", card: V1.Card(kind: .customer, recordID: "C-7"),
            callBarText: "Call to (510) 555-0123"),
          callerName: "Ann",
          resolution: V1.Resolution(matches: [V1.Match(recordID: "C-7", name: "Ann Smith")]))
      }
    } _: { scripted in
      try await Accept.parse(["--agent", "ada"]).run(in: scripted.session)
      #expect(accepted.all.map(\.offerID) == ["O1"])
      #expect(scripted.output.lines.first == "☎ Call to (510) 555-0123")
      #expect(scripted.output.text.contains("Customer card\n  record     C-7\n"))
      #expect(scripted.output.text.contains("callbackctl outcome answered --agent ada"))
    }
  }

  @Test("accept without an alert says what the agent is doing")
  func noAlert() async throws {
    try await ScriptedSession.run { router in
      router.answer(CallbackServiceMethods.getAgent) { _ in
        V1.GetAgentResponse(agent: V1.AgentPresence(workState: .offline))
      }
    } _: { scripted in
      let failure = await #expect(throws: Failure.self) {
        try await Accept.parse(["--agent", "ada"]).run(in: scripted.session)
      }
      #expect(failure?.message == "agent ada has no alert now and is Offline")
    }
  }

  @Test("a put changes what was given and keeps the rest, with the etag that was read")
  func put() async throws {
    let put = Recorded<V1.Location>()
    try await ScriptedSession.run { router in
      router.answer(AdminServiceMethods.getLocation) { _ in
        V1.GetLocationResponse(
          location: V1.Location(locationID: "oak", name: "Oakland", region: "US", etag: "r3"))
      }
      router.answer(AdminServiceMethods.putLocation) { request in
        put.add(request.location ?? V1.Location())
        return V1.PutLocationResponse(location: request.location)
      }
    } _: { scripted in
      try await LocationPut.parse(["oak", "--region", "ca"]).run(in: scripted.session)
      try await LocationPut.parse(["oak", "--replace"]).run(in: scripted.session)
      #expect(
        put.all == [
          V1.Location(locationID: "oak", name: "Oakland", region: "CA", etag: "r3"),
          V1.Location(locationID: "oak"),
        ])
    }
  }

  @Test("a queue to leave that the agent did not serve is told")
  func leave() async throws {
    try await ScriptedSession.run { router in
      router.answer(AdminServiceMethods.getAgentConfig) { _ in
        V1.GetAgentConfigResponse(
          agent: V1.AgentConfig(agentID: "ada", memberships: [V1.Membership(queueID: "sales")]))
      }
      router.answer(AdminServiceMethods.putAgent) { V1.PutAgentResponse(agent: $0.agent) }
    } _: { scripted in
      let leaving = ["ada", "--leave", "sales", "--leave", "sale\u{1B}"]
      try await AgentPut.parse(leaving).run(in: scripted.session)
      #expect(scripted.remarks.text == "ada did not serve sale\u{FFFD}.\n")
    }
  }

  @Test("a call of an agent is taken with what the agent is doing after it")
  func agentCall() async throws {
    try await ScriptedSession.run { router in
      router.answer(CallbackServiceMethods.reportAgentCall) { _ in
        V1.ReportAgentCallResponse(workState: .onCall)
      }
    } _: { scripted in
      try await AgentCallReport.parse(["ada", "started", "pbx-1"]).run(in: scripted.session)
      #expect(scripted.output.text == "Taken. ada is On call.\n")
    }
  }

  @Test("what an interrupted export left is told, with what to do")
  func leftPartial() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try Data().write(to: URL(filePath: path + ".partial"))
    defer { unlink(path + ".partial") }
    let failure = #expect(throws: Failure.self) { _ = try PartialFile(path: path) }
    #expect(failure?.message.contains("an interrupted one left it") == true)
    #expect(access(path + ".partial", F_OK) == 0)
  }

  @Test(
    "what comes of a caller who phoned in is told",
    arguments: [
      ("arrived", 1, 0, "1 callback suspended until the caller is served or leaves."),
      ("served", 2, 1, "2 callbacks cancelled, 1 being hung up."),
      ("left", 1, 0, "1 callback let go on."),
    ])
  func reached(phase: String, changed: UInt32, pending: UInt32, told: String) async throws {
    try await ScriptedSession.run { router in
      router.answer(CallbackServiceMethods.reportCallerReached) { _ in
        V1.ReportCallerReachedResponse(changed: changed, cancelsPending: pending)
      }
    } _: { scripted in
      try await Reached.parse([phase, "5105550123"]).run(in: scripted.session)
      #expect(scripted.output.text == told + "\n")
    }
  }

  @Test("what is deleted is told in safe words")
  func deleted() async throws {
    try await ScriptedSession.run { router in
      router.answer(AdminServiceMethods.deleteQueue) { _ in V1.DeleteQueueResponse() }
      router.answer(AdminServiceMethods.setQueueState) { _ in V1.SetQueueStateResponse() }
    } _: { scripted in
      try await QueueDelete.parse(["q\u{1B}[2J"]).run(in: scripted.session)
      try await QueueClose.parse(["q\u{1B}[2J"]).run(in: scripted.session)
      #expect(
        scripted.output.lines == [
          "Queue q\u{FFFD}[2J is deleted.", "Queue q\u{FFFD}[2J is closed for requests and offers.",
        ])
    }
  }

  @Test(
    "forget counts what it removed",
    arguments: [(1, "1 callback", "1 record"), (2, "2 callbacks", "2 records")])
  func forget(count: UInt64, callbacks: String, records: String) async throws {
    try await ScriptedSession.run { router in
      router.answer(AdminServiceMethods.forgetCaller) { _ in
        V1.ForgetCallerResponse(
          cancelledCallbacks: .init(count), historyCallbacks: .init(count),
          directoryRecords: .init(count))
      }
    } _: { scripted in
      try await Forget.parse(["5105550123", "--yes"]).run(in: scripted.session)
      #expect(
        scripted.output.lines.first
          == "Forgotten: \(callbacks) cancelled, \(count) removed from the history, "
          + "\(records) from the directory.")
    }
  }

  @Test("estimate says how long a callback waits, or why nobody can tell")
  func estimate() async throws {
    let asked = Recorded<V1.EstimateWaitRequest>()
    let wait = V1.WaitEstimate(
      earliest: .init(seconds: 60), median: .init(seconds: 150), latest: .init(seconds: 400),
      model: .departures, agents: 2, observations: 31)
    try await ScriptedSession.run { router in
      router.answer(CallbackServiceMethods.estimateWait) { request in
        asked.add(request)
        guard case .request(let wanted) = request.subject else {
          return V1.EstimateWaitResponse(
            admissible: true, callbackID: "C1", queueID: "sales", ahead: 1, estimate: wait)
        }
        if wanted.queueID == "closed" {
          return V1.EstimateWaitResponse(refusal: .init(message: "The queue is closed."))
        }
        return V1.EstimateWaitResponse(
          admissible: true, queueID: "sales", estimate: .init(unknown: .offline))
      }
    } _: { scripted in
      try await Estimate.parse(["C1"]).run(in: scripted.session)
      #expect(
        scripted.output.text.hasPrefix(
          """
          Callback C1
            queue     sales
            ahead     1 callback
            wait      about 2 min 30 s; 8 in 10 wait 1 min to 6 min 40 s
            based on  2 agents on duty, 31 callbacks so far (model departures)
          """))
      try await Estimate.parse(["--caller", "5105550123", "--queue", "sales"])
        .run(in: scripted.session)
      #expect(scripted.output.text.contains("It would be taken."))
      #expect(scripted.output.text.contains("unknown: no agent of the queue is on duty"))
      try await Estimate.parse(["--caller", "5105550123", "--queue", "closed"])
        .run(in: scripted.session)
      #expect(scripted.output.text.contains("It would be refused.\n  The queue is closed."))
      #expect(
        asked.all.map(\.subject) == [
          .callbackID("C1"),
          .request(.init(callerNumber: "5105550123", queueID: "sales")),
          .request(.init(callerNumber: "5105550123", queueID: "closed")),
        ])
      #expect(throws: (any Error).self) { try Estimate.parse([]) }
      #expect(throws: (any Error).self) { try Estimate.parse(["C1", "--queue", "sales"]) }
    }
  }

  @Test("--all makes one listing of all pages")
  func allPages() async throws {
    try await ScriptedSession.run(json: true) { router in
      router.answer(AdminServiceMethods.listQueues) { request in
        request.pageToken.isEmpty
          ? V1.ListQueuesResponse(queues: [V1.Queue(queueID: "a")], nextPageToken: "2")
          : V1.ListQueuesResponse(queues: [V1.Queue(queueID: "b")])
      }
    } _: { scripted in
      try await QueueList.parse(["--all"]).run(in: scripted.session)
      try await QueueList.parse([]).run(in: scripted.session)
      #expect(
        scripted.output.lines == [
          #"{"queues":[{"queueId":"a"},{"queueId":"b"}]}"#,
          #"{"queues":[{"queueId":"a"}],"nextPageToken":"2"}"#,
        ])
      #expect(scripted.remarks.lines == ["There are more; --all lists all of them."])
    }
  }

  @Test("queue list says of each queue whether requests and offers are open")
  func queueStates() async throws {
    try await ScriptedSession.run { router in
      router.answer(AdminServiceMethods.listQueues) { _ in
        V1.ListQueuesResponse(queues: [
          V1.Queue(queueID: "a", accepting: .open, offering: .closed),
          V1.Queue(queueID: "b", accepting: .closed, offering: .open),
        ])
      }
    } _: { scripted in
      try await QueueList.parse([]).run(in: scripted.session)
      #expect(
        scripted.output.lines.map { $0.split(separator: " ").prefix(4) } == [
          ["QUEUE", "NAME", "REQUESTS", "OFFERS"], ["a", "-", "open", "closed"],
          ["b", "-", "closed", "open"],
        ])
    }
  }

  @Test("agent watch prints a card for an alert and a line for what follows")
  func watch() async throws {
    try await ScriptedSession.run { router in
      router.stream(CallbackServiceMethods.watchOffers) { request, responses in
        for agent in request.agentIDs {
          try await responses.send(
            V1.WatchOffersResponse(
              event: .agentSnapshot(
                V1.AgentSnapshot(
                  agent: V1.AgentPresence(
                    agentID: agent, name: "Ada", workState: .ready, sessions: 1)
                ))))
        }
        try await responses.send(V1.WatchOffersResponse(event: .synced(V1.Synced())))
        try await responses.send(
          V1.WatchOffersResponse(
            event: .offerEnded(
              V1.OfferEnded(
                offerID: "O0", agentID: "ada", state: .withdrawn,
                withdrawal: .callbackCancelled))))
        try await responses.send(
          V1.WatchOffersResponse(event: .offered(V1.Offered(offer: .sample))))
      }
    } _: { scripted in
      try await AgentWatch.parse(["ada", "--alerts", "1"]).run(in: scripted.session)
      let lines = scripted.output.lines
      #expect(lines.first?.hasSuffix("  Ada: Ready") == true)
      #expect(
        lines.contains {
          $0.hasSuffix(
            "Ada: the alert was withdrawn, the callback was cancelled or its caller reached, "
              + "offer O0")
        })
      #expect(lines.contains("╭─ CallBack Alert for Ada"))
      #expect(lines.last?.contains("20 s to answer") == true)
    }
  }

  @Test("a simulated connector plays calls over the wire and then ends")
  func simulate() async throws {
    let received = Recorded<V1.DialRequest.Message?>()
    try await ScriptedSession.run { router in
      router.duplex(DialerServiceMethods.dial) { requests, responses in
        received.add(try await requests.next()?.message)
        try await responses.send(V1.DialResponse(message: .welcome(V1.DialWelcome())))
        try await responses.send(
          V1.DialResponse(
            message: .command(V1.DialCommand(attemptID: "A", agentID: "ada"))))
        while let request = try await requests.next() {
          received.add(request.message)
          switch request.message {
          case .claim(let claim):
            try await responses.send(
              V1.DialResponse(message: .granted(V1.DialGranted(attemptID: claim.attemptID))))
          case .report(let report):
            try await responses.send(
              V1.DialResponse(
                message: .reportAck(
                  V1.DialReportAck(
                    attemptID: report.attemptID, sequence: report.sequence,
                    state: .retryWait))))
          default: break
          }
        }
      }
    } _: { scripted in
      try await DialerSimulate.parse([
        "busy", "--calls", "1", "--ring", "0", "--agent-ring", "0", "--talk", "0", "--id", "pbx",
      ]).run(in: scripted.session)
      guard case .hello(let hello) = received.all.first else {
        Issue.record("hello comes first")
        return
      }
      #expect(hello.dialerID == "pbx")
      let phases = received.all.compactMap { message in
        if case .report(let report) = message { report.phase } else { nil }
      }
      #expect(phases == [.ringing, .agentAnswered, .ringing, .ended])
      #expect(scripted.output.lines.last?.hasSuffix("kept: the callback is retry wait") == true)
    }
  }
}

@Suite("directory import")
struct DirectoryImportTests {
  private static let csv = """
    id,class,name,phone,shoe size
    L-1,lead,Ann Smith,(510) 555-0123|510-555-0124,7
    C-2,customer,Bob "broken,510
    L-3,lead,Cyn,12,9
    L-4,lead,Dan,5105550125,8

    """

  private static func script(_ router: inout RPCRouter, _ rows: Recorded<V1.ImportRow>) {
    router.duplex(AdminServiceMethods.importDirectory) { requests, responses in
      var answer = V1.ImportDirectoryResponse()
      while let request = try await requests.next() {
        answer.refusedRows = []
        for row in request.rows {
          rows.add(row)
          if row.numbers == ["12"] {
            answer.refused += 1
            answer.refusedRows.append(
              V1.RefusedRow(line: row.line, message: "number \"12\": too short"))
          } else {
            answer.imported += 1
          }
          answer.committedThrough = row.line
        }
        try await responses.send(answer)
      }
    }
  }

  @Test("good lines are imported, refused ones told with line and reason, both counted")
  func report() async throws {
    let rows = Recorded<V1.ImportRow>()
    try await ScriptedSession.run {
      Self.script(&$0, rows)
    } _: { scripted in
      let folder = URL(filePath: scripted.daemon.socket).deletingLastPathComponent()
      let file = folder.appending(path: "records.csv")
      let refused = folder.appending(path: "refused.csv")
      try Self.csv.replacing("Bob \"broken", with: "Bob").write(
        to: file, atomically: true, encoding: .utf8)
      try await DirectoryImport.parse([file.path, "--refused", refused.path])
        .run(in: scripted.session)
      // The line of Bob has a field too few.
      #expect(rows.all.map(\.recordID) == ["L-1", "L-3", "L-4"])
      #expect(rows.all.first?.numbers == ["(510) 555-0123", "510-555-0124"])
      #expect(
        scripted.output.lines == [
          "line 3: 4 fields where the header has 5",
          "line 4: number \"12\": too short",
          "2 records imported, 2 lines refused, kept in \(refused.path).",
        ])
      #expect(scripted.remarks.lines == ["Columns not used: shoe size"])
      let kept = try String(contentsOf: refused, encoding: .utf8)
      #expect(kept.contains(#"4,"number ""12"": too short",,L-3,lead,,Cyn,,12,,"#))
      #expect(kept.contains(#"3,4 fields where the header has 5,"C-2,customer,Bob,510",,"#))
    }
  }

  @Test("with --json every answer is a line, and the last one has the sums")
  func json() async throws {
    let rows = Recorded<V1.ImportRow>()
    try await ScriptedSession.run(json: true) {
      Self.script(&$0, rows)
    } _: { scripted in
      let folder = URL(filePath: scripted.daemon.socket).deletingLastPathComponent()
      let file = folder.appending(path: "records.csv")
      try Self.csv.replacing("Bob \"broken", with: "Bob").write(
        to: file, atomically: true, encoding: .utf8)
      try await DirectoryImport.parse([file.path]).run(in: scripted.session)
      let last = try #require(scripted.output.lines.last)
      let sums = try V1.ImportDirectoryResponse(json: last)
      #expect(sums.imported == 2)
      #expect(sums.refused == 2)
      #expect(sums.refusedRows.map(\.line) == [3])
    }
  }

  @Test("--strict ends as refused where a line was")
  func strict() async throws {
    let rows = Recorded<V1.ImportRow>()
    try await ScriptedSession.run {
      Self.script(&$0, rows)
    } _: { scripted in
      let folder = URL(filePath: scripted.daemon.socket).deletingLastPathComponent()
      let file = folder.appending(path: "records.csv")
      try "id,class,name,phone\nL-3,lead,Cyn,12\n".write(
        to: file, atomically: true, encoding: .utf8)
      let failure = await #expect(throws: Failure.self) {
        try await DirectoryImport.parse([file.path, "--strict"]).run(in: scripted.session)
      }
      #expect(failure == Failure("1 line refused"))
    }
  }

  @Test("a file that cannot take what is refused is told before anything is sent")
  func noRoomForRefused() async throws {
    let rows = Recorded<V1.ImportRow>()
    try await ScriptedSession.run {
      Self.script(&$0, rows)
    } _: { scripted in
      let folder = URL(filePath: scripted.daemon.socket).deletingLastPathComponent()
      let file = folder.appending(path: "records.csv")
      try Self.csv.write(to: file, atomically: true, encoding: .utf8)
      let failure = await #expect(throws: Failure.self) {
        try await DirectoryImport.parse([file.path, "--refused", "/dev/full"])
          .run(in: scripted.session)
      }
      #expect(failure?.message == "/dev/full cannot be written: No space left on device")
      #expect(rows.all.isEmpty)
    }
  }

  @Test("the name of a column cannot drive the terminal")
  func hostileColumn() async throws {
    let rows = Recorded<V1.ImportRow>()
    try await ScriptedSession.run {
      Self.script(&$0, rows)
    } _: { scripted in
      let folder = URL(filePath: scripted.daemon.socket).deletingLastPathComponent()
      let file = folder.appending(path: "records.csv")
      try "id,class,name,phone,\u{1B}[2J\nL-1,lead,Cyn,5105550123,x\n".write(
        to: file, atomically: true, encoding: .utf8)
      try await DirectoryImport.parse([file.path]).run(in: scripted.session)
      #expect(scripted.remarks.lines == ["Columns not used: \u{FFFD}[2J"])
    }
  }

  @Test("a file without the columns is refused before anything is sent")
  func columns() async throws {
    let rows = Recorded<V1.ImportRow>()
    try await ScriptedSession.run {
      Self.script(&$0, rows)
    } _: { scripted in
      let folder = URL(filePath: scripted.daemon.socket).deletingLastPathComponent()
      let file = folder.appending(path: "records.csv")
      try "name,phone\nCyn,12\n".write(to: file, atomically: true, encoding: .utf8)
      let failure = await #expect(throws: Failure.self) {
        try await DirectoryImport.parse([file.path]).run(in: scripted.session)
      }
      #expect(failure?.status == .usage)
      #expect(rows.all.isEmpty)
    }
  }
}
