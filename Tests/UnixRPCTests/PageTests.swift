import Foundation
import NIOCore
import Testing
import UnixRPC

@Suite("The runtime's page")
struct PageTests {
  private func text(of path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test("shows the echo service that is compiled here")
  func shown() throws {
    let page = try text(of: "Sources/UnixRPC/README.md")
    let example = try text(of: "Tests/UnixRPCTests/EchoExample.swift")
    #expect(page.contains("```swift\n\(example)```"))
  }

  @Test("shows an echo service that works")
  func works() async throws {
    try await TestServer.withDirectory { directory in
      try await withEcho(at: directory + "/s") { client in
        let said = try await client.call("/echo.Echo/Say", "hello")
        #expect(said == "hello")
        let later = try await client.unary("/echo.Echo/SayLater", message("later"))
        #expect(later.trailers["x-mood"] == "late")
        let chat = try await client.bidirectional("/echo.Echo/Chat")
        try await chat.requests.write(message("again"))
        chat.requests.finish()
        var answers: [String] = []
        for try await answer in chat.responses { answers.append(String(buffer: answer)) }
        #expect(answers == ["again"])
      }
    }
  }

  @Test("names every limit of a server with its default")
  func limits() throws {
    let page = try text(of: "Sources/UnixRPC/README.md")
    let configuration = RPCServerConfiguration(path: "/x")
    for child in Mirror(reflecting: configuration).children {
      let name = try #require(child.label)
      if ["endpoint", "accept", "authorize"].contains(name) { continue }
      #expect(page.contains("| `\(name)` |"), "\(name) is not on the page")
    }
  }

  @Test("names every limit of a client")
  func clientLimits() throws {
    let page = try text(of: "Sources/UnixRPC/README.md")
    for child in Mirror(reflecting: RPCClientConfiguration()).children {
      let name = try #require(child.label)
      if name == "userAgent" { continue }
      #expect(page.contains("| `\(name)` |"), "\(name) is not on the page")
    }
  }

  @Test("draws the states that a connection and a call have")
  func states() throws {
    let page = try text(of: "Sources/UnixRPC/README.md")
    for title in ["## A connection", "## A call"] {
      let section = try #require(page.components(separatedBy: title + "\n").dropFirst().first)
      #expect(section.components(separatedBy: "\n## ")[0].contains("▶"), "\(title)")
    }
    for phase in ["free", "head", "receiving", "running", "answered"] {
      #expect(page.contains(phase), "the phase \(phase) is not on the page")
    }
  }
}
