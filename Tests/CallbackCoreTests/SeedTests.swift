import CallbackCore
import Testing

/// The founding description, row by row (DOMAIN).
@Suite("The alert")
struct AlertTests {
  @Test("A: shows the caller's name and number as caller ID gave them; either may be missing")
  func rowA() {
    var scene = Scene.standard()
    let full = scene.request("0101")
    let nameless = scene.request("0102") { $0.caller.name = "" }
    let withheld = scene.request("0103") {
      $0.caller = Caller(presentation: .restricted)
      $0.numberSource = .keyedIn
    }
    #expect(scene.center.callback(full)?.request.value.caller.name == "Caller 0101")
    #expect(scene.center.callback(full)?.request.value.caller.number?.e164 == "+12025550101")
    #expect(scene.center.callback(nameless)?.request.value.caller.name == "")
    #expect(scene.center.callback(withheld)?.request.value.caller.number == nil)
    #expect(scene.center.callback(withheld)?.request.value.number.e164 == "+12025550103")
  }

  @Test(
    "B: labels Lead green, Customer orange, Previous Customer grey, Unknown grey",
    arguments: [
      ([Known.activeLead], [CallerLabel.lead], [CallerLabel.Color.green]),
      ([.customer], [.customer], [.orange]),
      ([.previousCustomer], [.previousCustomer], [.grey]),
      ([], [.unknown], [.grey]),
      ([.customer, .activeLead], [.lead, .customer], [.green, .orange]),
      ([.customer, .inactiveLead], [.customer], [.orange]),
      ([.previousCustomer, .inactiveLead], [.previousCustomer], [.grey]),
      ([.inactiveLead], [.lead], [.green]),
      ([.previousCustomer, .customer], [.customer, .previousCustomer], [.orange, .grey]),
    ])
  func rowB(known: [Known], labels: [CallerLabel], colors: [CallerLabel.Color]) {
    var scene = Scene.standard()
    let id = scene.request { $0.lookup = CallerLookup(status: .resolved, matches: known.matches) }
    let shown = scene.center.callback(id)?.resolution.value.labels.ordered
    #expect(shown == labels)
    #expect(shown?.map(\.color) == colors)
  }

  @Test("B: a look-up that failed is not Unknown: no label, Greeting card, request taken")
  func failedLookup() {
    var scene = Scene.standard { $0.classes = [.leads] }
    let id = scene.request { $0.lookup = CallerLookup(status: .failed) }
    let resolution = scene.center.callback(id)?.resolution.value
    #expect(resolution?.labels == [])
    #expect(resolution?.rule == .lookupFailed)
    #expect(resolution?.card == .greeting)
  }

  @Test("C and D: shows the location and the ad source of the dialled number")
  func rowsCAndD() {
    var scene = Scene.standard()
    let id = scene.request()
    #expect(scene.center.callback(id)?.request.value.location == downtown)
    #expect(scene.center.callback(id)?.request.value.adSource == "Billboard")
    let stray = scene.request("0199") { $0.dialled = PhoneNumber.Line(e164: "+12025550777") }
    #expect(scene.center.callback(stray)?.request.value.location == nil)
    #expect(scene.center.callback(stray)?.request.value.adSource == "")
  }

  @Test("E: belongs to a queue that management configured; by default the dialled number's")
  func rowE() {
    var scene = Scene.standard()
    let id = scene.request { $0.queue = nil }
    #expect(scene.center.callback(id)?.queue == main)
    #expect(scene.offer(to: anna)?.queue == main)
    #expect(
      scene.refusal(.requestCallback(.from("0102", in: QueueID("nowhere"))))
        == .notFound(.queue(QueueID("nowhere"))))
  }

  @Test("F: accepting starts the callback; the call bar reads Call to <<number>>")
  func rowF() throws {
    var scene = Scene.standard()
    let id = scene.request("0123")
    let offer = try #require(scene.offer(to: anna))
    let reply = scene.must(.acceptOffer(offer.id, agent: anna, session: nil))
    guard case .accepted(let accepted) = reply else {
      Issue.record("not accepted: \(reply)")
      return
    }
    #expect(accepted.plan.value.callBarText == "Call to (202) 555-0123")
    #expect(accepted.callback == id)
    #expect(scene.state(id) == .dialing(accepted.attempt))
    #expect(scene.status(anna) == .onCall(accepted.attempt))
  }

  @Test(
    "G, H and I: accepting opens the Lead card, the Customer card or the Greeting card",
    arguments: [
      ([Known.activeLead], Card.lead(recordID: "activeLead")),
      ([.customer, .activeLead], .lead(recordID: "activeLead")),
      ([.customer], .customer(recordID: "customer")),
      ([.customer, .inactiveLead], .customer(recordID: "customer")),
      ([.previousCustomer], .customer(recordID: "previousCustomer")),
      ([.inactiveLead], .lead(recordID: "inactiveLead")),
      ([], .greeting),
    ])
  func rowsGToI(known: [Known], card: Card) {
    var scene = Scene.standard()
    scene.request { $0.lookup = CallerLookup(status: .resolved, matches: known.matches) }
    let attempt = scene.accept(anna)
    #expect(scene.center.attempt(attempt)?.plan.value.resolution.card == card)
  }

  @Test("J: rejecting closes the alert and sends the callback to the next available agent")
  func rowJ() {
    var scene = Scene.standard()
    scene.pass(.seconds(1))
    scene.addAgent(ben)
    scene.ready(ben)
    let id = scene.request()
    #expect(scene.offer(to: anna)?.callback == id)
    scene.reject(anna)
    #expect(scene.offer(to: anna) == nil)
    #expect(scene.offer(to: ben)?.callback == id)
    #expect(scene.status(anna) == .ready)
  }

  @Test("J: by setting, rejecting puts the agent into cooldown")
  func rowJCooldown() {
    var scene = Scene.standard { $0.cooldownAfterRejection = .seconds(15) }
    scene.request()
    scene.reject(anna)
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(15)))
    scene.pass(.seconds(15))
    #expect(scene.status(anna) == .ready)
  }
}

/// The rules of the seed that are not rows.
@Suite("By the seed")
struct SeedTests {
  @Test("only an available agent is offered callbacks")
  func onlyAvailable() {
    var scene = Scene.standard()
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    let id = scene.request()
    #expect(scene.state(id) == .queued)
    scene.must(.setAgentStatus(anna, wanted: .offline, endCooldown: false))
    #expect(scene.state(id) == .queued)
    scene.ready(anna)
    #expect(scene.offer(to: anna)?.callback == id)
  }

  @Test(
    "management chooses from whom requests are taken",
    arguments: [
      ([Known.activeLead], CallerClasses.leads), ([.customer], .customers),
      ([.previousCustomer], .previousCustomers), ([], .unknownNumbers),
    ])
  func classes(known: [Known], taken: CallerClasses) {
    var lookup = RequestCallback.from("0123")
    lookup.lookup = CallerLookup(status: .resolved, matches: known.matches)
    var open = Scene.standard { $0.classes = taken }
    open.must(.requestCallback(lookup))
    var closed = Scene.standard { $0.classes = CallerClasses.all.subtracting(taken) }
    #expect(closed.refusal(.requestCallback(lookup)) == .refused(.classNotTaken))
  }

  @Test(
    "an inactive Lead is no Lead where it does not count: there is a Customer record",
    arguments: [Known.customer, .previousCustomer])
  func inactiveLeadOfACustomer(known: Known) {
    var request = RequestCallback.from("0123")
    request.lookup = CallerLookup(
      status: .resolved, matches: [known, .inactiveLead].matches)
    var leads = Scene.standard { $0.classes = .leads }
    #expect(leads.refusal(.requestCallback(request)) == .refused(.classNotTaken))
    request.lookup.matches = [Known.inactiveLead].matches
    leads.must(.requestCallback(request))
  }

  @Test("a caller of several classes is taken if any of them is switched on")
  func severalClasses() {
    var scene = Scene.standard { $0.classes = .customers }
    scene.request {
      $0.lookup = CallerLookup(
        status: .resolved, matches: [Known.customer, .activeLead].matches)
    }
  }

  @Test("answered: complete, out of the queue")
  func answered() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .answered)
    #expect(scene.state(id) == .connected(attempt))
    #expect(scene.center.waitingCount(in: main) == 0)
    scene.report(attempt, .ended)
    #expect(scene.state(id) == .finished(.answered))
  }

  @Test("voicemail: complete, out of the queue, while the agent may still be talking")
  func voicemail() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.report(attempt, .voicemail)
    #expect(scene.state(id) == .finished(.voicemail))
    #expect(scene.status(anna) == .onCall(attempt))
    scene.report(attempt, .ended)
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(30)))
  }

  @Test("not connected: not complete, stays in the queue at its place")
  func notConnected() {
    var scene = Scene.standard()
    let id = scene.request("0101")
    let attempt = scene.accept(anna)
    scene.request("0102")
    scene.report(attempt, .notConnected, .busy)
    #expect(scene.state(id) == .retryWait(until: scene.now + .minutes(5)))
    #expect(scene.center.waitingCount(in: main) == 2)
    scene.pass(.seconds(30))
    scene.must(.setAgentStatus(anna, wanted: .inactive(nil), endCooldown: false))
    scene.pass(.minutes(5))
    scene.ready(anna)
    #expect(scene.offer(to: anna)?.callback == id, "before the younger request")
  }

  @Test("after completing, the agent is placed in cooldown and may end it early")
  func cooldown() {
    var scene = Scene.standard()
    scene.request()
    scene.finishCall(scene.accept(anna))
    #expect(scene.status(anna) == .cooldown(until: scene.now + .seconds(30)))
    let next = scene.request("0102")
    #expect(scene.state(next) == .queued)
    scene.must(.setAgentStatus(anna, wanted: nil, endCooldown: true))
    #expect(scene.offer(to: anna)?.callback == next)
  }

  @Test("after completing, the call is in the log with all that history shows")
  func history() {
    var scene = Scene.standard()
    let id = scene.request()
    let attempt = scene.accept(anna)
    scene.finishCall(attempt)
    let ended = scene.log.compactMap { record -> Attempt? in
      if case .attemptEnded(let attempt) = record.event { attempt } else { nil }
    }
    let finished = scene.log.compactMap { record -> Callback? in
      if case .callbackFinished(let callback) = record.event { callback } else { nil }
    }
    #expect(ended.map(\.agent) == [anna])
    #expect(ended.first?.plan.value.number.e164 == "+12025550123")
    #expect(ended.first?.outcome == .answered)
    #expect(ended.first?.endedAt?.wall == scene.wall)
    #expect(finished.map(\.id) == [id])
    #expect(finished.first?.state == .finished(.answered))
  }
}

/// A record that the directory may know, named after what it is.
enum Known: String, CaseIterable, Sendable {
  case activeLead, customer, previousCustomer, inactiveLead

  var match: CallerMatch {
    CallerMatch(
      recordID: rawValue, recordClass: recordClass, isActiveLead: self == .activeLead,
      name: "A \(rawValue)", matchedNumber: PhoneNumber.Line(e164: "+12025550123"))
  }

  private var recordClass: RecordClass {
    switch self {
    case .activeLead, .inactiveLead: .lead
    case .customer: .customer
    case .previousCustomer: .previousCustomer
    }
  }
}

extension [Known] {
  var matches: [CallerMatch] { map(\.match) }
}
