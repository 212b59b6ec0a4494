import CallbackClient
import CallbackMessages
import Testing

@testable import callbackctl

@Suite("The CallBack Alert on a terminal")
struct AlertCardTests {
  private let plain = Look(
    style: .plain, time: TimeText(zone: .utc, now: Moment(milliseconds: 36_391_000)))
  private let colorful = Look(
    style: .colorful, time: TimeText(zone: .utc, now: Moment(milliseconds: 36_391_000)))

  @Test("shows A to E, and what F and J do")
  func whole() {
    let text = AlertCard(offer: .sample, agentName: "Ada Agent").rendered(plain)
    #expect(
      text == """
        ╭─ CallBack Alert for Ada Agent
        │ A  Caller      Ann Smith, (510) 555-0123
        │ B  Call type   [Lead] [Customer]
        │ C  Location    Oakland Downtown
        │ D  Ad source   Spring billboard
        │ E  Queue       Sales
        │    Waiting     4 min 10 s, 1 attempt did not connect
        │    Note        about the invoice
        │ F  Start call  calls (510) 555-0123 and opens the Lead card of L-1 (Ann Smith)
        │ J  Reject      sends it to the next available agent
        ╰─ 20 s to answer, until 10:06:51 UTC, offer O1
        """)
  }

  @Test(
    "labels have the colours of their kind",
    arguments: [
      ("Lead", V1.LabelColor.green, "48;5;41"), ("Customer", .orange, "48;5;208"),
      ("Previous Customer", .grey, "48;5;242"), ("Unknown", .grey, "48;5;242"),
    ])
  func colors(text: String, color: V1.LabelColor, code: String) {
    var offer = V1.Offer.sample
    offer.resolution?.labels = [V1.Label(color: color, text: text)]
    let card = AlertCard(offer: offer, agentName: "").rendered(colorful)
    #expect(card.contains("\(code)m \(text) \u{1B}[0m"))
  }

  @Test("says that what it shows is of before, where the directory did not answer")
  func stale() {
    var offer = V1.Offer.sample
    offer.resolution?.age = .init(seconds: 7200)
    offer.resolution?.source = "crm"
    #expect(!AlertCard(offer: offer, agentName: "").rendered(plain).contains("Stale"))
    offer.resolution?.stale = true
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(card.contains("│    Stale       crm did not answer: this is from 2 h before\n"))
    offer.resolution?.source = "rentals+crm"
    let merged = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(merged.contains("not all of rentals+crm answered: some of this is from 2 h before\n"))
  }

  @Test("without a name and without a number it says so")
  func missing() {
    var offer = V1.Offer.sample
    offer.caller = V1.Caller(presentation: .unavailable)
    offer.number = nil
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(card.contains("A  Caller      name not given, number not given\n"))
  }

  @Test("a withheld number beside one that was keyed in is told")
  func withheld() {
    var offer = V1.Offer.sample
    offer.caller = V1.Caller(presentation: .restricted)
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(card.contains("name not given, (510) 555-0123 (own number withheld)\n"))
  }

  @Test("another number than the caller's own is told apart")
  func otherNumber() {
    var offer = V1.Offer.sample
    offer.caller?.number = V1.PhoneNumber(e164: "+15105550199", display: "(510) 555-0199")
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(card.contains("Ann Smith, (510) 555-0123 (called from (510) 555-0199)\n"))
  }

  @Test("a failed look-up is not Unknown")
  func lookupFailed() {
    var offer = V1.Offer.sample
    offer.resolution = V1.Resolution(status: .lookupFailed, card: V1.Card(kind: .greeting))
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(card.contains("B  Call type   not known: the look-up failed\n"))
    #expect(card.contains("opens the Greeting card\n"))
    #expect(!card.contains("Unknown"))
  }

  @Test("what is not known of location and ad says so")
  func unknownPlace() {
    var offer = V1.Offer.sample
    (offer.locationID, offer.locationName, offer.adSource) = ("", "", "")
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(card.contains("C  Location    unknown\n"))
    #expect(card.contains("D  Ad source   unknown\n"))
  }

  @Test("a name cannot drive the terminal")
  func hostileName() {
    var offer = V1.Offer.sample
    offer.caller?.name = "Eve\u{1B}[2J\u{202E}\nJ  Reject"
    let card = AlertCard(offer: offer, agentName: "").rendered(plain)
    #expect(!card.contains("\u{1B}"))
    #expect(!card.contains("\u{202E}"))
    #expect(card.contains("Eve\u{FFFD}[2J\u{FFFD} J  Reject, (510)"))
  }
}

extension V1.Offer {
  /// An alert with everything in it.
  static var sample: V1.Offer {
    let number = V1.PhoneNumber(e164: "+15105550123", display: "(510) 555-0123")
    return V1.Offer(
      offerID: "O1", callbackID: "C1", agentID: "ada",
      caller: V1.Caller(name: "Ann Smith", number: number, presentation: .allowed),
      number: number,
      resolution: V1.Resolution(
        status: .resolved,
        labels: [
          V1.Label(callerClass: .lead, color: .green, text: "Lead"),
          V1.Label(callerClass: .customer, color: .orange, text: "Customer"),
        ],
        matches: [V1.Match(recordID: "L-1", name: "Ann Smith")],
        card: V1.Card(kind: .lead, recordID: "L-1")),
      locationID: "oakland", locationName: "Oakland Downtown", adSource: "Spring billboard",
      queueID: "sales", queueName: "Sales", note: "about the invoice",
      requestedAt: GoogleProtobuf.Timestamp(milliseconds: 36_141_000), attemptsCounted: 1,
      deadline: GoogleProtobuf.Timestamp(milliseconds: 36_411_000),
      remaining: GoogleProtobuf.Duration(.milliseconds(19_998)))
  }
}
