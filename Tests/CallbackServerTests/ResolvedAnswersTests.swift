import CallbackMessages
import NIOCore
import ProtobufC
import Testing

@testable import CallbackServer

@Suite("Answers that are kept for ResolveCaller") struct ResolvedAnswersTests {
  @Test(
    "are the bytes that the whole response packs to, whatever its age",
    arguments: [0, 1, 999, 1_000, 1_001, 127_000, 128_004, 86_400_000, 1_234_567_890])
  func bytes(age: Int64) throws {
    var response = V1.ResolveCallerResponse(
      number: .init(e164: "+12025550123", display: "(202) 555-0123"),
      resolution: .init(
        status: .resolved, labels: [.init(callerClass: .customer, text: "Customer")],
        card: .init(kind: .customer, recordID: "c-1"), source: "embedded",
        age: .init()), valid: true)
    let parts = try #require(ResponseParts(response))
    var buffer = ByteBuffer()
    parts.write(into: &buffer, later: .milliseconds(age))
    response.resolution?.age = .init(
      seconds: age / 1_000, nanos: Int32(age % 1_000 * 1_000_000))
    #expect(Array(buffer.readableBytesView) == response.serialized())
  }

  @Test("are not kept where they are large, or tell what each directory answered")
  func notKept() {
    let matches = (0..<32).map { V1.Match(recordID: "record-\($0)", name: "A name of somebody") }
    #expect(ResponseParts(.init(resolution: .init(matches: matches))) == nil)
    let explained = V1.ResolveCallerResponse(resolution: .init(), answers: [.init()])
    #expect(ResponseParts(explained) == nil)
  }

  @Test("keys are equal for equal bytes alone")
  func keys() throws {
    func key(_ bytes: [UInt8]) -> RequestBytes? { bytes.withUnsafeBytes { RequestBytes($0) } }
    #expect(key([1, 2, 3]) == key([1, 2, 3]))
    #expect(key([1, 2, 3]) != key([1, 2, 3, 0]))
    #expect(key([]) != key([0]))
    let long = [UInt8](repeating: 7, count: 47)
    #expect(key(long + [1]) != key(long + [2]))
    #expect(key(long + [1, 2]) == nil)
  }

  @Test("keys are told apart by their hashes, which another seed makes others")
  func hashes() throws {
    func hash(_ bytes: [UInt8], _ seed: UInt64 = 1) throws -> UInt64 {
      try #require(bytes.withUnsafeBytes { RequestBytes($0) }).hash(seed: seed)
    }
    var requests = (0..<1_000).map { Array("+1202555\($0)".utf8) }
    requests += (0...48).map { [UInt8](repeating: 0, count: $0) }
    #expect(try Set(requests.map { try hash($0) }).count == requests.count)
    for request in requests { #expect(try hash(request) == hash(request)) }
    #expect(try hash(requests[0], 2) != hash(requests[0]))
  }

  @Test("are as many as there is room for: the oldest gives way, however soon others end")
  func bounded() throws {
    let parts = try #require(ResponseParts(.init(resolution: .init())))
    func response(at second: Int, goodFor: Int = 60) throws -> KeptResponse {
      let request = try #require([1].withUnsafeBytes { RequestBytes($0) })
      return KeptResponse(
        parts, to: request, moment: .init(version: 0, revision: 0, at: .seconds(second)),
        goodUntil: .seconds(second + goodFor))
    }
    // The lower half of a hash names the set.
    let hashes = (0..<KeptResponses.setSize + 2).map { UInt64($0 + 1) << 32 | 5 }
    func end(_ kept: borrowing KeptResponses, _ hash: UInt64) -> Duration? {
      kept.find(hash) { $0.goodUntil }
    }
    func gone(_ kept: borrowing KeptResponses) -> [Int] {
      hashes.indices.filter { end(kept, hashes[$0]) == nil }
    }
    var kept = KeptResponses()
    #expect(end(kept, hashes[0]) == nil)
    for index in 0..<KeptResponses.setSize { kept.put(try response(at: index + 1), hashes[index]) }
    kept.put(try response(at: 1), 9)
    #expect(gone(kept) == [KeptResponses.setSize, KeptResponses.setSize + 1])
    // Two that end before all others do not drive out each other.
    for index in KeptResponses.setSize..<hashes.count {
      kept.put(try response(at: 20 + index, goodFor: 1), hashes[index])
    }
    #expect(gone(kept) == [0, 1])
    kept.put(try response(at: 40), hashes[2])
    #expect(end(kept, hashes[2]) == .seconds(100))
    #expect(gone(kept) == [0, 1])
    #expect(end(kept, 9) == .seconds(61))
  }

  @Test("give way to every change of a record and of a location")
  func changes() async throws {
    try await TestService.run { service in
      let methods = CallbackServiceMethods.self
      func labels(_ location: String = "") async throws -> [String] {
        let request = V1.ResolveCallerRequest(number: "2025550123", locationID: location)
        let answer = try await service.call(methods.resolveCaller, request)
        return (answer.resolution?.labels ?? []).map(\.text)
      }
      #expect(try await labels() == ["Unknown"])
      #expect(try await labels() == ["Unknown"])
      let lead = V1.StartLeadRequest(requestID: "l-1", name: "Lea", number: "2025550123")
      let record = try #require(try await service.call(methods.startLead, lead).record)
      #expect(try await labels() == ["Lead"])
      #expect(try await labels() == ["Lead"])
      let undo = V1.UnmatchCallerRequest(
        requestID: "u-1", recordID: record.recordID, number: "2025550123")
      _ = try await service.call(methods.unmatchCaller, undo)
      #expect(try await labels() == ["Unknown"])

      func e164() async throws -> String? {
        let request = V1.ResolveCallerRequest(number: "0207 946 0958", locationID: "office")
        return try await service.call(methods.resolveCaller, request).number?.e164
      }
      let put = AdminServiceMethods.putLocation
      for (region, number) in [("GB", "+442079460958"), ("DE", "+492079460958")] {
        _ = try await service.call(
          put,
          .init(
            requestID: region, location: .init(locationID: "office", name: "O", region: region)))
        #expect(try await e164() == number)
        #expect(try await e164() == number)
      }
    }
  }
}
