import Foundation
import Testing

@Suite("The targets depend inward only")
struct DependencyTests {
  /// Which modules each Swift target may import, beside the standard library.
  ///
  /// The core knows no gRPC, no database and no protobuf; UnixRPC knows nothing of callbacks.
  static let allowed: [String: Set<String>] = [
    "CallbackCore": ["Collections", "OrderedCollections", "DequeModule", "HeapModule"],
    "ProtobufC": ["CProtobufC", "Glibc"],
    "CallbackMessages": ["CCallbackProtos", "CProtobufC", "ProtobufC"],
    "UnixRPC": [
      "CNGHTTP2", "CUnixRPC", "CZlib", "Glibc", "Logging", "NIOConcurrencyHelpers", "NIOCore",
      "NIOPosix", "Synchronization", "DequeModule", "NIOEmbedded",
    ],
    "RPCMessages": ["CRPCProtos", "CProtobufC", "ProtobufC"],
    "RPCServices": ["NIOCore", "ProtobufC", "RPCMessages", "Synchronization", "UnixRPC"],
    "SQLite": ["CSQLite", "Glibc"],
    "CallbackWire": ["CallbackCore", "CallbackMessages", "ProtobufC"],
    "Threads": ["Glibc"],
    "Postgres": ["CPostgreSQL", "Glibc"],
    "EventLog": ["CallbackCore", "Synchronization"],
    "StoreFiles": ["EventLog", "Glibc", "Synchronization"],
    "PostgresEventLog": [
      "CallbackCore", "CallbackWire", "EventLog", "Glibc", "Postgres", "StoreFiles",
      "Synchronization", "Threads",
    ],
    "SQLiteEventLog": [
      "CPageChecksum", "CallbackCore", "CallbackWire", "EventLog", "Glibc", "SQLite",
      "StoreFiles", "Synchronization",
    ],
    "CallbackEngine": [
      "CallbackCore", "EventLog", "Glibc", "Logging", "Synchronization", "Threads",
    ],
    "CallerDirectory": [
      "CallbackCore", "CPhoneNumber", "DirectoryFiles", "Dispatch", "FoundationEssentials",
      "Glibc", "Logging", "SQLite", "Synchronization",
    ],
    "SocketDirectory": [
      "CallbackCore", "CallbackMessages", "CallbackWire", "CallerDirectory", "NIOCore",
      "ProtobufC", "Synchronization", "UnixRPC",
    ],
    "PostgresDirectory": [
      "CallbackCore", "CallerDirectory", "Dispatch", "Postgres", "Synchronization",
    ],
    "HTTPDirectory": [
      "AsyncHTTPClient", "CallbackCore", "CallerDirectory", "DirectoryFiles",
      "FoundationEssentials", "Glibc", "NIOCore", "NIOPosix", "NIOSSL", "Synchronization",
    ],
    "DirectoryFiles": ["FoundationEssentials"],
    "WorldZones": ["CallbackCore", "Foundation", "Synchronization"],
    "CallbackServer": [
      "CallbackCore", "CallbackEngine", "CallbackMessages", "CallbackWire", "CallerDirectory",
      "EventLog", "Glibc", "Logging", "NIOCore", "ProtobufC", "RPCServices",
      "Synchronization", "UnixRPC",
    ],
    "CallbackClient": [
      "CallbackMessages", "CallbackWire", "Glibc", "NIOCore", "ProtobufC", "Synchronization",
      "UnixRPC",
    ],
  ]

  @Test("each library imports only what the graph allows", arguments: allowed.keys.sorted())
  func imports(target: String) throws {
    let permitted = try #require(Self.allowed[target])
    for file in SourceTree.files(under: "Sources/\(target)", ending: "swift") {
      let extra = try SourceTree.imports(of: file).subtracting(permitted)
      #expect(extra.isEmpty, "\(file.lastPathComponent) of \(target) imports \(extra.sorted())")
    }
  }

  @Test("every library has its place in the graph")
  func complete() throws {
    let programs: Set = ["callbackd", "callbackctl"]
    for target in try SourceTree.targets() where !programs.contains(target) {
      guard !SourceTree.files(under: "Sources/\(target)", ending: "swift").isEmpty else { continue }
      #expect(Self.allowed[target] != nil, "\(target) is not in the dependency graph")
    }
  }

  @Test("generated messages are reached through CallbackMessages alone")
  func generatedCode() throws {
    for target in try SourceTree.targets() where target != "CallbackMessages" {
      for file in SourceTree.files(under: "Sources/\(target)", ending: "swift") {
        #expect(try !SourceTree.imports(of: file).contains("CCallbackProtos"), "\(file.path)")
      }
    }
  }
}
