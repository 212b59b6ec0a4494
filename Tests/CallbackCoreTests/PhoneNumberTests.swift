import CallbackCore
import Testing

@Suite("A telephone number")
struct PhoneNumberTests {
  @Test("is one line however it was written, and another with another extension")
  func line() {
    let plain = PhoneNumber(e164: "+12025550123", asGiven: "(202) 555-0123")
    let spaced = PhoneNumber(e164: "+12025550123", asGiven: "202 555 0123")
    let desk = PhoneNumber(e164: "+12025550123", extension: "7", asGiven: "202 555 0123 x7")
    #expect(plain != spaced)
    #expect(plain.line == spaced.line)
    #expect(plain.line != desk.line)
  }
}
