import CallbackMessages
import CallbackWire
import Testing

@Suite("Connectors over the socket")
struct DialTests {
  typealias Stream = (
    writer: TestService.Writer<V1.DialRequest>, reader: TestService.Reader<V1.DialResponse>
  )

  private func attach(
    _ service: TestService, _ id: String = "switch", live: [String] = []
  ) async throws -> Stream {
    let stream: Stream = try await service.duplex(DialerServiceMethods.dial)
    try await stream.writer.write(
      .init(message: .hello(.init(dialerID: id, instance: "1", liveAttemptIDs: live))))
    guard case .welcome(let welcome)? = try await stream.reader.next()?.message else {
      throw FieldError("welcome", .missing)
    }
    #expect(welcome.heartbeatInterval?.seconds == 10)
    return stream
  }

  private func accepted(_ service: TestService) async throws -> String {
    let desk = try await service.desk()
    try await service.request()
    let offer = try await desk.offer()
    let accepted = try await service.call(
      CallbackServiceMethods.acceptOffer, .init(offerID: offer.offerID, agentID: "anna"))
    return accepted.attempt?.attemptID ?? ""
  }

  @Test("command, claim, grant, reports and their acknowledgements")
  func wholeWay() async throws {
    try await TestService.run { service in
      try await service.configure(settings: .init(dialing: .connector))
      let stream = try await attach(service)
      let attempt = try await accepted(service)
      let command = try await stream.reader.first { message -> V1.DialCommand? in
        if case .command(let command) = message.message { command } else { nil }
      }
      #expect(command.attemptID == attempt)
      #expect(command.number?.e164 == "+12125550123")
      #expect(command.claimRemaining?.seconds == 5)
      try await stream.writer.write(.init(message: .claim(.init(attemptID: attempt))))
      guard case .granted? = try await stream.reader.next()?.message else {
        Issue.record("not granted")
        return
      }
      try await stream.writer.write(
        .init(
          message: .report(
            .init(
              attemptID: attempt, sequence: 1, phase: .ended, leg: .caller, q850Cause: 17))))
      guard case .reportAck(let ack)? = try await stream.reader.next()?.message else {
        Issue.record("no acknowledgement")
        return
      }
      #expect(ack.sequence == 1)
      #expect(ack.state == .retryWait)
    }
  }

  @Test("a claim of an unknown attempt is revoked, a report of one is refused for good")
  func unknownAttempt() async throws {
    try await TestService.run { service in
      try await service.configure()
      let stream = try await attach(service)
      let id = "00000000000000000000000001"
      try await stream.writer.write(.init(message: .claim(.init(attemptID: id))))
      guard case .revoked(let revoked)? = try await stream.reader.next()?.message else {
        Issue.record("not revoked")
        return
      }
      #expect(revoked.attemptID == id)
      try await stream.writer.write(
        .init(message: .report(.init(attemptID: id, sequence: 4, phase: .answered))))
      guard case .reportAck(let ack)? = try await stream.reader.next()?.message else {
        Issue.record("no acknowledgement")
        return
      }
      #expect(ack.refused == .attemptNotFound)
      #expect(ack.sequence == 4)
    }
  }

  @Test("a second stream of a connector ends the first")
  func replaced() async throws {
    try await TestService.run { service in
      let first = try await attach(service)
      let second = try await attach(service)
      #expect(await first.reader.end()?.reason == .streamReplaced)
      let listed = try await service.call(AdminServiceMethods.listDialers, .init())
      #expect(listed.dialers.map(\.dialerID) == ["switch"])
      withExtendedLifetime(second) {}
    }
  }

  @Test("the first message must be hello")
  func noHello() async throws {
    try await TestService.run { service in
      let stream: Stream = try await service.duplex(DialerServiceMethods.dial)
      try await stream.writer.write(.init(message: .heartbeat(.init())))
      #expect(await stream.reader.end()?.reason == .fieldMissing)
    }
  }
}
