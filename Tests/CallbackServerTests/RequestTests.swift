import CallbackMessages
import CallbackWire
import EventLog
import TestSupport
import Testing

@Suite("Requests over the socket")
struct RequestTests {
  typealias Methods = CallbackServiceMethods

  @Test("a request makes a callback, numbered in line, with its number read as people write it")
  func created() async throws {
    try await TestService.run { service in
      try await service.configure()
      let first = try await service.request("(212) 555-0123")
      #expect(first.disposition == .created)
      #expect(first.number?.e164 == "+12125550123")
      #expect(first.ahead == 0)
      let second = try await service.request("212-555-0124")
      #expect(second.ahead == 1)
      let again = try await service.request("+1 212 555 0123")
      #expect(again.disposition == .merged)
      #expect(again.callbackID == first.callbackID)
    }
  }

  @Test("the same request id gives the same answer; other content is refused")
  func idempotent() async throws {
    try await TestService.run { service in
      try await service.configure()
      var first = try await service.request("2125550123", id: "r-1")
      try await service.request("2125550124")
      var again = try await service.request("2125550123", id: "r-1")
      (first.logPosition, again.logPosition) = (0, 0)
      #expect(first == again)
      let other = await service.refusal(
        Methods.requestCallback,
        .init(requestID: "r-1", callerNumber: "2125550199", queueID: "sales"))
      #expect(other?.code == .alreadyExists)
      #expect(other?.reason == .requestIDReused)
    }
  }

  @Test("validate_only makes no callback")
  func validateOnly() async throws {
    try await TestService.run { service in
      try await service.configure()
      let told = try await service.call(
        Methods.requestCallback,
        .init(callerNumber: "2125550123", queueID: "sales", validateOnly: true))
      #expect(told.callbackID == "")
      let list = try await service.call(Methods.listCallbacks, .init())
      #expect(list.callbacks.isEmpty)
    }
  }

  @Test("estimates are of the request asked about; refusals are answers, errors name fields")
  func estimates() async throws {
    try await TestService.run { service in
      try await service.configure()
      func estimate(
        _ request: V1.RequestCallbackRequest
      ) async throws -> V1.EstimateWaitResponse {
        try await service.call(Methods.estimateWait, .init(subject: .request(request)))
      }
      let first = try await service.request("2125550123")
      let told = try await estimate(
        .init(requestID: "e-1", callerNumber: "2125550124", queueID: "sales"))
      #expect(told.admissible && told.callbackID == "" && told.ahead == 1)
      let merging = try await estimate(.init(callerNumber: "2125550123", queueID: "sales"))
      #expect(merging.wouldMerge && merging.callbackID == first.callbackID)
      #expect(merging.estimate == first.estimate)
      let refused = try await estimate(.init(callerNumber: "911", queueID: "sales"))
      #expect(!refused.admissible && refused.refusal?.code == 9)
      let invalid = await service.refusal(
        Methods.estimateWait,
        .init(
          subject: .request(
            .init(callerNumber: "2125550124", queueID: "sales", priority: 101))))
      #expect(invalid?.reason == .fieldInvalid)
      #expect(invalid?.metadata["field"] == "request.priority")
    }
  }

  @Test(
    "guards and bad fields are refused with code, reason and field",
    arguments: [
      (
        V1.RequestCallbackRequest(queueID: "sales"), Refusal.Code.failedPrecondition,
        OptionsV1.Reason.noCallbackNumber
      ),
      (.init(callerNumber: "12", queueID: "sales"), .invalidArgument, .numberImpossible),
      (.init(callerNumber: "911", queueID: "sales"), .failedPrecondition, .emergencyNumber),
      (
        .init(callerNumber: "+1 900 555 0123", queueID: "sales"), .failedPrecondition,
        .premiumNumber
      ),
      (.init(callerNumber: "2125550123"), .failedPrecondition, .noQueue),
      (.init(callerNumber: "2125550123", queueID: "none"), .notFound, .queueNotFound),
      (
        .init(callerNumber: "2125550123", queueID: "sales", priority: 101), .invalidArgument,
        .fieldInvalid
      ),
      (
        .init(callerNumber: "2125550123", presentation: .init(rawValue: 9), queueID: "sales"),
        .invalidArgument, .fieldInvalid
      ),
      (
        .init(
          requestID: String(repeating: "x", count: 65), callerNumber: "2125550123",
          queueID: "sales"), .invalidArgument, .fieldInvalid
      ),
    ])
  func refused(
    request: V1.RequestCallbackRequest, code: Refusal.Code, reason: OptionsV1.Reason
  ) async throws {
    try await TestService.run { service in
      try await service.configure()
      let refusal = await service.refusal(Methods.requestCallback, request)
      #expect(refusal?.code == code)
      #expect(refusal?.reason == reason)
      #expect(refusal?.message.contains("555") == false)
    }
  }

  @Test("numbers are read in the region of the dialled location")
  func region() async throws {
    try await TestService.run { service in
      try await service.configure()
      _ = try await service.call(
        AdminServiceMethods.putLocation,
        .init(location: .init(locationID: "berlin", name: "Berlin", region: "DE")))
      _ = try await service.call(
        AdminServiceMethods.putNumber,
        .init(
          number: .init(
            number: "030 901820", locationID: "berlin", adSource: "radio", queueID: "sales")))
      let taken = try await service.call(
        Methods.requestCallback,
        .init(dialledNumber: "+49 30 901820", callerNumber: "030 9018200"))
      #expect(taken.number?.e164 == "+49309018200")
      let kept = try await service.call(
        Methods.getCallback, .init(callbackID: taken.callbackID))
      #expect(kept.callback?.locationName == "Berlin")
      #expect(kept.callback?.adSource == "radio")
      _ = try await service.call(
        Methods.updateCallback,
        .init(callbackID: taken.callbackID, number: .init(number: "030 9018201")))
      let changed = try await service.call(
        Methods.getCallback, .init(callbackID: taken.callbackID))
      #expect(changed.callback?.number?.e164 == "+49309018201", "as in the request")
    }
  }

  @Test("who calls is looked up anew under another number; a change without one leaves it")
  func otherNumber() async throws {
    try await TestService.run { service in
      try await service.configure()
      let lead = try await service.call(
        Methods.startLead, .init(requestID: "l-1", name: "Lea", number: "2125550124"))
      let id = try await service.request("2125550123").callbackID
      func card(after change: V1.UpdateCallbackRequest) async throws -> V1.Card? {
        _ = try await service.call(Methods.updateCallback, change)
        let kept = try await service.call(Methods.getCallback, .init(callbackID: id))
        return kept.callback?.resolution?.card
      }
      let found = try await card(
        after: .init(callbackID: id, number: .init(number: "2125550124")))
      #expect(found == lead.card)
      #expect(try await card(after: .init(callbackID: id, note: .init(note: "n"))) == lead.card)
      let emergency = await service.refusal(
        Methods.updateCallback, .init(callbackID: id, number: .init(number: "911")))
      #expect(emergency?.reason == .emergencyNumber)
    }
  }

  @Test("pages of callbacks follow on each other, and a token of another filter is refused")
  func pages() async throws {
    try await TestService.run { service in
      try await service.configure()
      var ids: [String] = []
      for n in 10..<15 { ids.append(try await service.request("21255501\(n)").callbackID) }
      var found: [String] = []
      var request = V1.ListCallbacksRequest(queueID: "sales", pageSize: 2)
      repeat {
        let page = try await service.call(Methods.listCallbacks, request)
        #expect(page.callbacks.count <= 2)
        found += page.callbacks.map(\.callbackID)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(found == ids)
      let page = try await service.call(
        Methods.listCallbacks, .init(queueID: "sales", pageSize: 2))
      let foreign = await service.refusal(
        Methods.listCallbacks, .init(pageSize: 2, pageToken: page.nextPageToken))
      #expect(foreign?.reason == .pageTokenInvalid)
    }
  }

  @Test("after a restart on the same log everything is there, and request ids still count")
  func restart() async throws {
    let (store, folder) = (MemoryEventStore(), TemporaryDirectory())
    var first = V1.RequestCallbackResponse()
    try await TestService.run(store: store, folder: folder) { service in
      try await service.configure()
      first = try await service.request("2125550123", id: "r-1")
    }
    try await TestService.run(store: store, folder: folder) { service in
      let again = try await service.request("2125550123", id: "r-1")
      #expect(again.callbackID == first.callbackID)
      #expect(again.disposition == .created)
      let desk = try await service.desk()
      let offer = try await desk.offer()
      let accepted = try await service.call(
        Methods.acceptOffer, .init(offerID: offer.offerID, agentID: "anna"))
      #expect(accepted.attempt?.callBarText == "Call to (212) 555-0123")
    }
  }
}
