import Testing

@testable import HTTPDirectory

@Suite("A template of a request")
struct RequestTemplateTests {
  @Test("keeps what a call says in its place of the address, whatever it holds")
  func percentEncoded() throws {
    let template = try RequestTemplate(
      method: "GET", url: "https://crm.example/api/{id}/x?phone={e164}&q={query}")
    let url = template.url([
      "id": "../../admin", "e164": "+12025550123", "query": "a&b=c#d @evil.example/\r\nX: y é{id}",
    ])
    #expect(
      url == "https://crm.example/api/..%2F..%2Fadmin/x?phone=%2B12025550123&q="
        + "a%26b%3Dc%23d%20%40evil.example%2F%0D%0AX%3A%20y%20%C3%A9%7Bid%7D")
  }

  @Test(
    "makes no address in which a value would lead elsewhere in the API", arguments: [".", ".."])
  func dotSegments(value: String) throws {
    let path = try RequestTemplate(method: "GET", url: "https://crm.example/api/{id}/x?q={query}")
    #expect(path.url(["id": value, "query": "a"]) == nil)
    #expect(path.url(["id": "a", "query": value]) == "https://crm.example/api/a/x?q=\(value)")
    #expect(path.url(["id": value + "a"]) == "https://crm.example/api/\(value)a/x?q=")
    let last = try RequestTemplate(method: "GET", url: "https://crm.example/../api/{id}")
    #expect(last.url(["id": value]) == nil)
    #expect(last.url(["id": "a"]) == "https://crm.example/../api/a")
  }

  @Test("keeps it within a JSON text of the body")
  func body() throws {
    let template = try RequestTemplate(
      method: "POST", url: "https://crm.example/",
      body: .object([
        "name": .string("{name}"), "n": .string("{limit}"), "id": .string("{id:number}"),
        "list": .array([.string("a {name} {name}"), .bool(true)]),
      ]))
    let body = template.body(["name": "\"},{\"x\":\"{id}", "limit": "5", "id": "17"])
    #expect(
      body?.text
        == #"{"id":17,"list":["a \"},{\"x\":\"{id} \"},{\"x\":\"{id}",true],"n":5,"name":"\"},{\"x\":\"{id}"}"#
    )
    #expect(template.body(["id": "1 or 1=1"])?.values(at: "id") == [.null])
  }

  @Test(
    "is refused where a call could say whom to ask, or TLS is left out",
    arguments: [
      "http://crm.example/", "ftp://crm.example/", "https://{id}.example/",
      "https://crm.example:{id}/", "https://user:secret@crm.example/", "https:///x",
      "https://crm.example/{nothing}", "https://crm.example/a b", "http://localhost.evil.example/",
      "http://127.0.0.1@evil.example/",
    ])
  func refused(url: String) {
    #expect(throws: RequestTemplate.Problem.self) {
      try RequestTemplate(method: "GET", url: url)
    }
  }

  @Test(
    "may do without TLS on this machine alone",
    arguments: ["http://127.0.0.1:8000/{id}", "http://localhost/", "http://[::1]:80/x"])
  func loopback(url: String) throws {
    _ = try RequestTemplate(method: "GET", url: url)
  }

  @Test("a header that would end early is refused, and no text of one shows its value")
  func headers() throws {
    for (name, value) in [("X\r\nY", "a"), ("", "a"), ("X", "a\r\nEvil: 1"), ("X", "a\u{0}")] {
      #expect(throws: RequestTemplate.Problem.self) { try HTTPHeader(name: name, value: value) }
    }
    let header = try HTTPHeader(name: "Authorization", value: "Bearer s3cret")
    #expect(!"\(header)".contains("s3cret"))
  }

  @Test("paths go through lists, and find nothing where there is nothing")
  func paths() throws {
    let value = try JSONValue(
      parsing: Array(#"{"a":[{"b":1},{"b":[2,"x"]},{"c":3}],"e":[],"n":null}"#.utf8))
    #expect(value.values(at: "a.b").map(\.word) == ["1", "2", "x"])
    #expect(value.values(at: "a.z").isEmpty)
    #expect(value.values(at: "e").isEmpty && value.holds("e"))
    #expect(!value.holds("z"))
    // A list may stand within the elements of another.
    #expect(value.holds("a.b") && !value.holds("a.z") && value.holds("e.b"))
  }
}
