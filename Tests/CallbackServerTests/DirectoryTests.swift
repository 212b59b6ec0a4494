import CallbackMessages
import CallbackWire
import Testing

@Suite("The directory over the socket")
struct DirectoryTests {
  typealias Methods = CallbackServiceMethods

  @Test("an import takes the good rows, says why it refuses the others, and is looked up")
  func imports() async throws {
    try await TestService.run { service in
      let (writer, reader):
        (
          TestService.Writer<V1.ImportDirectoryRequest>,
          TestService.Reader<V1.ImportDirectoryResponse>
        ) = try await service.duplex(AdminServiceMethods.importDirectory)
      try await writer.write(
        .init(rows: [
          .init(
            line: 2, recordID: "c-1", recordClass: "customer", name: "Carla",
            numbers: ["212 555 0123"]),
          .init(line: 3, recordID: "c-2", recordClass: "neighbour", name: "N", numbers: ["1"]),
        ]))
      let progress = try await reader.next()
      #expect(progress?.imported == 1)
      #expect(progress?.refused == 1)
      #expect(progress?.committedThrough == 3)
      #expect(progress?.refusedRows.map(\.line) == [3])
      let found = try await service.call(
        Methods.resolveCaller, .init(number: "+1 212-555-0123"))
      #expect(found.resolution?.labels.map(\.text) == ["Customer"])
      #expect(found.resolution?.card == .init(kind: .customer, recordID: "c-1"))
    }
  }

  @Test("starting a Lead is in the history, and repeating the request starts no second one")
  func startLead() async throws {
    try await TestService.run { service in
      let request = V1.StartLeadRequest(
        requestID: "l-1", name: "Lea", number: "2125550123", agentID: "anna")
      let first = try await service.call(Methods.startLead, request)
      #expect(first.change == .done)
      #expect(first.card?.kind == .lead)
      let again = try await service.call(Methods.startLead, request)
      #expect(again.record == first.record)
      var other = request
      other.name = "Leo"
      #expect(await service.refusal(Methods.startLead, other)?.reason == .requestIDReused)
      let history = try await service.call(
        Methods.getCallerHistory, .init(number: "2125550123"))
      let links = history.entries.compactMap { entry -> V1.HistoryLink? in
        if case .link(let link)? = entry.entry { link } else { nil }
      }
      #expect(
        links == [
          .init(recordID: first.record?.recordID ?? "", startedLead: true, agentID: "anna")
        ])
    }
  }

  @Test("matching a caller to a record that is not there is refused")
  func matchUnknown() async throws {
    try await TestService.run { service in
      let refusal = await service.refusal(
        Methods.matchCaller, .init(recordID: "none", number: "2125550123"))
      #expect(refusal?.reason == .recordNotFound)
    }
  }
}
