import Testing

@testable import CallbackCore

@Suite("Foretelling waits")
struct WaitTests {
  private func interval(_ wait: WaitEstimate?) throws -> WaitInterval {
    guard case .interval(let interval) = try #require(wait) else {
      throw Untold(wait: wait)
    }
    return interval
  }

  private struct Untold: Error {
    var wait: WaitEstimate?
  }

  /// A whole call, from the alert that `agent` sees to the end of the pause after it.
  private func serve(_ agent: AgentID, talking: Span, _ scene: inout Scene) {
    let attempt = scene.accept(agent)
    scene.pass(talking)
    scene.finishCall(attempt)
    scene.pass(.seconds(30))
  }

  @Test("with a free agent there is nothing to wait for")
  func freeAgent() throws {
    var scene = Scene.standard()
    let wait = try interval(scene.requestReply("0151").wait?.value)
    #expect([wait.earliest, wait.median, wait.latest] == [.zero, .zero, .zero])
    #expect(wait.agents == 1)
    #expect(wait.observations == 0)
    #expect(wait.model == .departures)
  }

  @Test("the interval grows with the line, and shrinks with experience and agents")
  func growth() throws {
    var scene = Scene.standard()
    scene.request("0150")
    let next = try interval(scene.requestReply("0151").wait?.value)
    #expect(next.earliest < next.median && next.median < next.latest)
    let later = try interval(scene.requestReply("0152").wait?.value)
    #expect(later.median > next.median)
    for digits in 200..<220 {
      serve(anna, talking: .seconds(90), &scene)
      scene.request("0\(digits)")
    }
    let ahead = scene.center.lineLength(of: main) - 1
    let known = try interval(scene.requestReply("0300").wait?.value)
    #expect(known.observations == 20)
    #expect(ahead == 2)
    // Two full rounds of two minutes, and on average one half.
    #expect(known.earliest > .minutes(3) && known.latest < .minutes(7))
    scene.addAgent(ben)
    scene.ready(ben)
    let shared = try interval(scene.requestReply("0301").wait?.value)
    #expect(shared.agents == 2)
    #expect(shared.median < known.median)
  }

  @Test("validate only is told the same wait, and merging that of the callback that waits")
  func validateOnly() throws {
    var scene = Scene.standard()
    scene.request("0150")
    let asked = scene.requestReply("0151") { $0.validateOnly = true }
    let taken = scene.requestReply("0151")
    #expect(asked.wait?.value == taken.wait?.value)
    scene.request("0152")
    #expect(scene.requestReply("0151").wait?.value == taken.wait?.value)
    #expect(scene.requestReply("0150").wait?.value == .interval(atOnce()), "it is being offered")
  }

  private func atOnce() -> WaitInterval {
    WaitInterval(
      earliest: .zero, median: .zero, latest: .zero, model: .departures, agents: 1,
      observations: 0)
  }

  @Test("a callback is charged with the alert, the call and the pause")
  func charge() {
    var scene = Scene.standard()
    scene.request("0151")
    scene.pass(.seconds(5))
    serve(anna, talking: .seconds(100), &scene)
    var record = scene.center.serviceRecord(of: main)
    #expect(record.observations == 1)
    #expect(record.held == 105_000)
    #expect(record.pending == 30_000, "the next pays for the pause")
    scene.request("0152")
    serve(anna, talking: .seconds(60), &scene)
    record = scene.center.serviceRecord(of: main)
    #expect(record.held == 105_000 + 90_000)
    #expect(record.heldSquared == 105_000 * 105_000 + 90_000 * 90_000)
    #expect(record.returned == 0)
  }

  @Test("what a pause was cut short by, and alerts that were not accepted, are charged too")
  func otherTime() {
    var scene = Scene.standard()
    scene.request("0151")
    let attempt = scene.accept(anna)
    scene.finishCall(attempt)
    scene.pass(.seconds(10))
    scene.must(.setAgentStatus(anna, wanted: .ready, endCooldown: true))
    #expect(scene.center.serviceRecord(of: main).pending == 10_000)
    scene.request("0152")
    scene.pass(.seconds(4))
    scene.reject(anna)
    #expect(scene.center.serviceRecord(of: main).pending == 14_000)
  }

  @Test("calls that telephony reports do not count, nor the pause that they interrupt")
  func otherCalls() throws {
    var scene = Scene.standard()
    var settings = ServiceSettings()
    settings.cooldownAfterOtherCall = .seconds(15)
    scene.must(.putSettings(settings, ifRevision: nil))
    scene.request("0151")
    scene.finishCall(scene.accept(anna))
    scene.pass(.seconds(10))
    scene.must(.reportAgentCall(anna, reference: "pbx", .started))
    #expect(scene.center.serviceRecord(of: main).pending == 10_000)
    let other = scene.requestReply("0152")
    #expect(other.wait?.value == .unknown(.nobodyOnDuty))
    scene.must(.cancelCallback(try #require(other.callback), ifRevision: nil))
    scene.pass(.minutes(5))
    scene.must(.reportAgentCall(anna, reference: "pbx", .ended))
    scene.pass(.minutes(1))
    #expect(scene.center.serviceRecord(of: main).pending == 10_000)
  }

  @Test("callbacks that come back make room for fewer of the line")
  func returning() throws {
    var scene = Scene.standard { $0.gapBusy = .seconds(10) }
    scene.request("0151")
    let model = DepartureModel(scene.center.serviceRecord(of: main), agents: 1)
    #expect(model.returned == 0)
    for _ in 0..<2 {
      scene.report(scene.accept(anna), .notConnected, .busy)
      scene.pass(.seconds(30))
    }
    let record = scene.center.serviceRecord(of: main)
    #expect(record.returned == ServiceRecord.returnUnit, "the second of the two")
    #expect(DepartureModel(record, agents: 1).returned == 0.5)
  }

  @Test("an agent of several queues is shared by those that want agents")
  func sharedAgents() throws {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales, name: "Sales"), ifRevision: nil))
    scene.addAgent(ben, in: [main, sales])
    scene.ready(ben)
    scene.request("0151")
    scene.request("0152")
    let alone = try interval(scene.requestReply("0153").wait?.value)
    scene.request("0154", in: sales)
    let shared = try interval(scene.requestReply("0153").wait?.value)
    #expect(shared.agents == 2 && alone.agents == 2)
    #expect(shared.median > alone.median)
  }

  @Test("nobody is told a wait that nobody knows")
  func obstacles() {
    var scene = Scene.standard()
    let attempt = scene.request("0150")
    scene.accept(anna)
    #expect(scene.requestReply("0150").wait?.value == .unknown(.attemptRunning))
    let waiting = scene.request("0151")
    func wait(of id: CallbackID) -> WaitEstimate? {
      scene.center.callback(id).map {
        scene.center.waitEstimate(of: $0, at: scene.now, wall: scene.wall)
      }
    }
    #expect(wait(of: attempt) == .unknown(.attemptRunning))
    scene.must(.reportCallerReached(.callback(waiting), .arrived))
    #expect(wait(of: waiting) == .unknown(.callerArrived))
    scene.must(.reportCallerReached(.callback(waiting), .left))
    scene.must(.setQueueState(main, accepting: nil, offering: false))
    #expect(wait(of: waiting) == .unknown(.queuePaused))
    scene.must(.setQueueState(main, accepting: nil, offering: true))
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    #expect(wait(of: waiting) == .unknown(.nobodyOnDuty))
    scene.must(.cancelCallback(waiting, ifRevision: nil))
    #expect(wait(of: waiting) == .unknown(.ended))
    scene.must(.putQueue(PutQueue(id: sales, name: "Sales"), ifRevision: nil))
    #expect(scene.requestReply("0152", in: sales).wait?.value == .unknown(.noMembers))
  }

  @Test("a queue that dials by connector needs one to foretell")
  func connector() {
    var scene = Scene.standard { $0.dialing = .connector }
    #expect(scene.requestReply("0151").wait?.value == .unknown(.noConnector))
  }

  @Test("nothing is foretold before a callback's own time")
  func notBefore() throws {
    var scene = Scene.standard()
    let wall = scene.wall
    let free = scene.requestReply("0151") { $0.notBefore = wall + .hours(2) }
    #expect(try interval(free.wait?.value).earliest == .hours(2))
    #expect(try interval(free.wait?.value).latest == .hours(2))
    scene.request("0152")
    let busy = scene.requestReply("0153") { $0.notBefore = wall + .hours(2) }
    #expect(try interval(busy.wait?.value).earliest > .hours(2))
  }

  @Test("a queue that was deleted takes what was known with it")
  func deletedQueue() {
    var scene = Scene.standard()
    scene.must(.putQueue(PutQueue(id: sales, name: "Sales"), ifRevision: nil))
    scene.addAgent(ben, in: [sales])
    scene.ready(ben)
    scene.request("0151", in: sales)
    scene.finishCall(scene.accept(ben))
    #expect(scene.center.serviceRecord(of: sales).observations == 1)
    scene.must(
      .putAgent(ben, AgentSettings(name: "Ben", memberships: []), ifRevision: nil))
    scene.must(.deleteQueue(sales, ifRevision: nil))
    #expect(scene.center.serviceRecord(of: sales) == ServiceRecord())
    scene.pass(.minutes(1))
    #expect(scene.center.snapshot().services.map(\.queue) == [])
  }

  @Test("old callbacks are forgotten")
  func forgetting() {
    var record = ServiceRecord()
    for _ in 0..<500 { record.observe(.minutes(10), isReturned: true) }
    for _ in 0..<500 { record.observe(.minutes(2), isReturned: false) }
    let model = DepartureModel(record, agents: 1)
    #expect(abs(model.mean - 120_000) < 1_000)
    #expect(model.returned < 0.001)
    #expect(model.variation < 0.05)
  }

  /// From tables of the laws: F with many degrees of freedom is chi-squared by its degrees.
  @Test(
    "quantiles are those of the F law",
    arguments: [
      (2.0, 1e9, 0.10536, 0.69315, 2.30259), (10.0, 1e9, 0.48652, 0.93418, 1.59872),
      (4.0, 10.0, 0.25533, 0.89882, 2.60534), (20.0, 20.0, 0.55751, 1.0, 1.79384),
    ])
  func quantiles(first: Double, second: Double, low: Double, middle: Double, high: Double) {
    func quantile(_ deviate: Double) -> Double {
      DepartureModel.fQuantile(first, second, deviate: deviate)
    }
    #expect(abs(quantile(-DepartureModel.deviate) - low) < 0.01)
    #expect(abs(quantile(0) - middle) < 0.01)
    #expect(abs(quantile(DepartureModel.deviate) - high) < 0.03)
  }

  @Test("sums stay within their numbers, whatever comes")
  func extremes() {
    var record = ServiceRecord()
    record.charge(Span(.max))
    record.charge(Span(.min + 1))
    for _ in 0..<1_000 { record.observe(Span(.max), isReturned: true) }
    record.charge(.hours(-400))
    record.observe(.zero, isReturned: false)
    #expect(record.held > 0 && record.heldSquared > 0 && record.pending == 0)
    #expect(DepartureModel(record, agents: 0.01).times(to: 1_000_000).latest > .hours(1))
  }
}
