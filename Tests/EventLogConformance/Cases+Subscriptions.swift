import CallbackCore
import CallbackEngine
import EventLog
import Testing

extension ConformanceCase {
  /// Following the log from a position, as the engine does.
  static var subscriptions: [ConformanceCase] {
    [
      .log("every append is told") { tested throws in
        let told = Told()
        tested.log.onAppend = { told.add($0) }
        let first = try tested.append([Made.record(1)])
        let second = try tested.append(Made.records(2...3))
        #expect(told.heads == [first, second])
      },

      .store(
        "a subscription goes on from any position, over a restart of the engine"
      ) { tested throws in
        let first = try await Engine.start(store: tested.store)
        for index in 0..<5 { _ = try await first.submit(.put(queue: "q\(index)")) }
        await first.stop()
        let engine = try await Engine.start(store: tested.store)
        _ = try await engine.submit(.put(queue: "last"))
        let end = try await engine.read { _, point in point.position }
        for start in 0..<end {
          var positions: [LogPosition] = []
          while (positions.last ?? start) < end {
            let page = try await engine.records(after: positions.last ?? start, limit: 3)
            positions += page.records.map(\.position)
          }
          #expect(positions == Array((start + 1)...end))
        }
        await engine.stop()
      },

      .store("who waits at the end is given what comes next") { tested throws in
        let engine = try await Engine.start(store: tested.store)
        let end = try await engine.read { _, point in point.position }
        async let page = engine.records(after: end)
        _ = try await engine.submit(.put(queue: "q"))
        #expect(try await page.records.first?.position == end + 1)
        await engine.stop()
      },

      .store(
        "a subscription from before what is kept is told where it can begin"
      ) { tested throws in
        var configuration = EngineConfiguration()
        configuration.retention = .span(.zero)
        let first = try await Engine.start(store: tested.store, configuration: configuration)
        _ = try await first.submit(.put(queue: "q"))
        await first.stop()
        let engine = try await Engine.start(store: tested.store)
        let oldest = try tested.store.openReader().oldestPosition()
        #expect(oldest > 0)
        await #expect(throws: FeedError.tooOld(earliest: oldest)) {
          try await engine.records(after: 0)
        }
        #expect(try await engine.records(after: oldest).records.first?.position == oldest + 1)
        await engine.stop()
      },

      .store("outcomes are followed from any position") { tested throws in
        let engine = try await Engine.start(store: tested.store)
        _ = try await engine.submit(.put(queue: "q"))
        var ended: [CallbackID] = []
        for index in 0..<4 {
          let answer = try await engine.submit(.request(Made.number(index), queue: "q"))
          guard case .requested(let reply) = try answer.get(), let id = reply.callback else {
            throw Unexpected(answer)
          }
          _ = try await engine.submit(.cancel(id))
          ended.append(id)
        }
        let all = try await engine.outcomes(after: 0).outcomes
        #expect(all.map(\.callback) == ended)
        for (index, outcome) in all.dropLast().enumerated() {
          let rest = try await engine.outcomes(after: outcome.position).outcomes
          #expect(rest == Array(all[(index + 1)...]))
        }
        await engine.stop()
      },
    ]
  }
}

extension Submission {
  fileprivate static let tester = Actor(userID: 1_000)

  fileprivate static func put(queue: String) -> Submission {
    Submission(.putQueue(PutQueue(id: QueueID(queue)), ifRevision: nil), actor: tester)
  }

  fileprivate static func request(_ number: PhoneNumber, queue: String) -> Submission {
    let request = RequestCallback(
      number: .number(number, kind: .ordinary), queue: QueueID(queue))
    return Submission(.requestCallback(request), actor: tester)
  }

  fileprivate static func cancel(_ id: CallbackID) -> Submission {
    Submission(.cancelCallback(id, ifRevision: nil), actor: tester)
  }
}
