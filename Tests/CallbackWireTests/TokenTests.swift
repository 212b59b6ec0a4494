import CallbackCore
import CallbackMessages
import Testing

@testable import CallbackWire

@Suite("Tokens, etags and fingerprints")
struct TokenTests {
  @Test("a page token opens for its list and filter alone, and not when damaged")
  func pageToken() {
    let token = PageToken.seal([1, 2, 3], for: [7])
    #expect(PageToken.open(token, for: [7]) == [1, 2, 3])
    #expect(PageToken.open(token, for: [8]) == nil)
    #expect(PageToken.open(String(token.dropLast()), for: [7]) == nil)
    #expect(PageToken.open("B" + token.dropFirst(), for: [7]) == nil)
    #expect(PageToken.open("", for: [7]) == nil)
    #expect(PageToken.open("ü", for: [7]) == nil)
  }

  @Test("a resume token gives back lineage and position")
  func resumeToken() throws {
    let token = ResumeToken(lineage: (0..<16).map { $0 }, position: 1 << 40)
    #expect(try ResumeToken(text: token.text, "t") == token)
    #expect(throws: FieldError.self) { try ResumeToken(text: "xyz", "t") }
    #expect(throws: FieldError.self) {
      try ResumeToken(text: PageToken.seal([1], for: Array("resume".utf8)), "t")
    }
  }

  @Test("an etag names a revision; what was never an etag names none that exists")
  func etags() throws {
    #expect(try Etag.revision(Etag.text(UInt32(7))) == UInt32(7))
    #expect(try Etag.revision("") == UInt64?.none)
    #expect(try Etag.revision("r9x") == UInt64.max)
    #expect(try Etag.revision("7") == UInt64.max)
  }

  @Test("the same request has the same fingerprint in every process; another has another")
  func fingerprints() {
    let request = V1.AcceptOfferRequest(offerID: "o", agentID: "a")
    let known = RequestFingerprint.of(request, path: "/s/m")
    #expect(known == RequestFingerprint.of(request, path: "/s/m"))
    #expect(known != RequestFingerprint.of(request, path: "/s/n"))
    var other = request
    other.agentID = "b"
    #expect(known != RequestFingerprint.of(other, path: "/s/m"))
  }

  @Test("base64 for URLs has one text for each sequence of bytes", arguments: 0...9)
  func base64(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 83 &+ 250) }
    let text = Base64URL.encode(bytes)
    #expect(Base64URL.decode(text) == bytes)
    #expect(Base64URL.decode(text + "=") == nil)
  }

  @Test("a base64 text with bits that mean nothing is refused")
  func base64Leftover() {
    #expect(Base64URL.decode("AA") == [0])
    #expect(Base64URL.decode("AB") == nil)
    #expect(Base64URL.decode("A") == nil)
  }
}
