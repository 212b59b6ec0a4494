// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours compiles in Swift 6 mode with warnings as errors.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// `make fuzz` sets it: the fuzzers need libFuzzer, which nothing else is linked with.
let isFuzzing = Context.environment["CALLBACK_FUZZ"] != nil
let fuzzing: [SwiftSetting] = strict + [.define("FUZZING")]

let messageFuzz: [Target.Dependency] = ["CallbackMessages", "CallbackWire", "ProtobufC"]
let sessionFuzz: [Target.Dependency] = [
  "UnixRPC", .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "Logging", package: "swift-log"),
]
let fuzzTargets: [Target] =
  isFuzzing
  ? [
    .target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: fuzzing),
    .executableTarget(
      name: "fuzz-messages", dependencies: messageFuzz + ["FuzzDriver"],
      path: "Tests/Fuzz/Messages", swiftSettings: fuzzing),
    .executableTarget(
      name: "fuzz-session", dependencies: sessionFuzz + ["FuzzDriver"],
      path: "Tests/Fuzz/Session", swiftSettings: fuzzing),
  ]
  : [
    .testTarget(
      name: "FuzzTests", dependencies: messageFuzz + sessionFuzz, path: "Tests/Fuzz",
      exclude: ["Found"], swiftSettings: strict)
  ]

let package = Package(
  name: "callback",
  dependencies: [
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
  ],
  targets: [
    // MARK: - System libraries
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),

    // MARK: - Messages
    .target(name: "CCallbackProtos", dependencies: ["CProtobufC"]),
    .target(name: "ProtobufC", dependencies: ["CProtobufC"], swiftSettings: strict),
    .target(
      name: "CallbackMessages", dependencies: ["ProtobufC", "CCallbackProtos"],
      swiftSettings: strict),
    .target(
      name: "CSampleProtos", dependencies: ["CProtobufC", "CCallbackProtos"],
      path: "Tests/Samples/CSampleProtos"),
    .target(
      name: "SampleMessages", dependencies: ["ProtobufC", "CallbackMessages", "CSampleProtos"],
      path: "Tests/Samples/SampleMessages", swiftSettings: strict),
    .testTarget(
      name: "ProtobufCTests",
      dependencies: [
        "ProtobufC", "CallbackMessages", "SampleMessages", "CProtobufC", "CSampleProtos",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CallbackMessagesTests", dependencies: ["CallbackMessages", "ProtobufC"],
      swiftSettings: strict),

    // MARK: - What several tests need
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),

    // MARK: - The rules
    .target(
      name: "CallbackCore",
      dependencies: [.product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),
    .testTarget(name: "CallbackCoreTests", dependencies: ["CallbackCore"], swiftSettings: strict),

    .target(
      name: "WorldZones", dependencies: ["CallbackCore"], exclude: ["Generate"],
      swiftSettings: strict),
    .testTarget(
      name: "WorldZonesTests", dependencies: ["WorldZones", "CallbackCore"],
      swiftSettings: strict),

    // MARK: - SQLite
    .systemLibrary(name: "CSQLite"),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: strict),
    .testTarget(
      name: "SQLiteTests", dependencies: ["SQLite", "CSQLite", "TestSupport"], swiftSettings: strict
    ),

    // MARK: - PostgreSQL
    .systemLibrary(
      name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Postgres", dependencies: ["CPostgreSQL"], swiftSettings: strict),

    // MARK: - The log
    .target(name: "Threads", swiftSettings: strict),
    .target(name: "EventLog", dependencies: ["CallbackCore"], swiftSettings: strict),
    .target(name: "StoreFiles", dependencies: ["EventLog"], swiftSettings: strict),
    .target(name: "CPageChecksum", dependencies: ["CSQLite"]),
    .target(
      name: "SQLiteEventLog",
      dependencies: [
        "EventLog", "StoreFiles", "SQLite", "CallbackWire", "CallbackCore", "CPageChecksum",
      ],
      swiftSettings: strict),
    .target(
      name: "PostgresEventLog",
      dependencies: [
        "EventLog", "StoreFiles", "Postgres", "CallbackWire", "CallbackCore", "Threads",
      ],
      swiftSettings: strict),
    .target(
      name: "PostgresServer", dependencies: ["Postgres", "TestSupport"],
      path: "Tests/PostgresServer", swiftSettings: strict),
    .testTarget(
      name: "PostgresEventLogTests",
      dependencies: [
        "PostgresEventLog", "PostgresServer", "Postgres", "EventLog", "EventLogConformance",
        "CallbackEngine", "CallbackCore", "TestSupport",
      ],
      swiftSettings: strict),
    .target(name: "FaultyDisk", dependencies: ["CSQLite"], path: "Tests/FaultyDisk"),
    .testTarget(
      name: "SQLiteEventLogTests",
      dependencies: [
        "SQLiteEventLog", "StoreFiles", "EventLog", "EventLogConformance", "SQLite",
        "CallbackCore", "FaultyDisk", "TestSupport",
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "EventLogTests", dependencies: ["EventLog", "EventLogConformance", "CallbackCore"],
      swiftSettings: strict),
    .target(
      name: "EventLogConformance", dependencies: ["CallbackEngine", "EventLog", "CallbackCore"],
      path: "Tests/EventLogConformance", swiftSettings: strict),

    // MARK: - The engine
    .target(
      name: "CallbackEngine",
      dependencies: [
        "EventLog", "CallbackCore", "Threads",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .testTarget(
      name: "CallbackEngineTests",
      dependencies: [
        "CallbackEngine", "EventLog", "SQLiteEventLog", "CallbackCore", "TestSupport",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "crash-writer",
      dependencies: ["CallbackEngine", "SQLiteEventLog", "EventLog", "CallbackCore"],
      path: "Tests/CrashWriter", swiftSettings: strict),
    .testTarget(
      name: "CrashTests",
      dependencies: ["crash-writer", "SQLiteEventLog", "EventLog", "CallbackCore", "TestSupport"],
      swiftSettings: strict),

    // MARK: - Who is calling
    .target(
      name: "CPhoneNumber",
      linkerSettings: [.linkedLibrary("phonenumber"), .linkedLibrary("protobuf")]),
    .target(
      name: "CallerDirectory",
      dependencies: [
        "CallbackCore", "CPhoneNumber", "DirectoryFiles", "SQLite",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "SocketDirectory",
      dependencies: [
        "CallerDirectory", "CallbackCore", "CallbackMessages", "CallbackWire", "ProtobufC",
        "UnixRPC", .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .target(
      name: "PostgresDirectory",
      dependencies: ["CallerDirectory", "CallbackCore", "Postgres"], swiftSettings: strict),
    .target(
      name: "HTTPDirectory",
      dependencies: [
        "CallerDirectory", "CallbackCore", "DirectoryFiles",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .target(name: "DirectoryFiles", swiftSettings: strict),
    .executableTarget(
      name: "bench-core", dependencies: ["CallbackCore"], path: "Benchmarks/core",
      exclude: ["RESULTS.md"], swiftSettings: strict),
    .executableTarget(
      name: "directory-benchmark",
      dependencies: ["CallerDirectory", "DirectoryFiles", "CallbackCore"],
      path: "Benchmarks/DirectoryBenchmark", swiftSettings: strict),
    .testTarget(
      name: "RemoteDirectoryTests",
      dependencies: [
        "CallerDirectory", "CallbackCore", "HTTPDirectory", "PostgresDirectory",
        "SocketDirectory", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DirectoryFilesTests", dependencies: ["DirectoryFiles"], swiftSettings: strict),
    .testTarget(
      name: "CallerDirectoryTests",
      dependencies: ["CallerDirectory", "CallbackCore", "CPhoneNumber", "SQLite", "TestSupport"],
      swiftSettings: strict),

    // MARK: - Between the rules and the messages
    .target(
      name: "CallbackWire", dependencies: ["CallbackMessages", "ProtobufC", "CallbackCore"],
      swiftSettings: strict),
    .testTarget(
      name: "CallbackWireTests",
      dependencies: ["CallbackWire", "CallbackMessages", "CallbackCore"],
      swiftSettings: strict),

    // MARK: - The transport
    .systemLibrary(
      name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "UnixRPC",
      dependencies: [
        "CNGHTTP2", "CZlib",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["README.md"],
      swiftSettings: strict),
    .testTarget(
      name: "UnixRPCTests",
      dependencies: [
        "UnixRPC", "CNGHTTP2", "CZlib", "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // MARK: - Services that every server has
    .target(name: "CRPCProtos", dependencies: ["CProtobufC"]),
    .target(name: "RPCMessages", dependencies: ["ProtobufC", "CRPCProtos"], swiftSettings: strict),
    .target(
      name: "RPCServices",
      dependencies: [
        "RPCMessages", "ProtobufC", "UnixRPC", .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RPCServicesTests",
      dependencies: [
        "RPCServices", "RPCMessages", "ProtobufC", "UnixRPC", "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // MARK: - The services and the daemon
    .target(
      name: "CallbackServer",
      dependencies: [
        "CallbackEngine", "EventLog", "CallbackCore", "CallbackWire", "CallbackMessages",
        "ProtobufC", "RPCServices", "UnixRPC", "CallerDirectory",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CallbackServerTests",
      dependencies: [
        "CallbackServer", "CallbackClient", "CallbackEngine", "EventLog", "CallbackCore",
        "CallbackWire", "CallbackMessages", "ProtobufC", "UnixRPC", "CallerDirectory",
        "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "callbackd",
      dependencies: [
        "CallbackServer", "CallbackEngine", "EventLog", "SQLiteEventLog", "PostgresEventLog",
        "CallbackCore", "CallbackMessages", "CallerDirectory", "HTTPDirectory", "Postgres",
        "PostgresDirectory", "RPCServices", "SocketDirectory", "StoreFiles", "UnixRPC",
        "WorldZones",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "callbackdTests",
      dependencies: [
        "callbackd", "CallbackClient", "CallbackMessages", "EventLog", "CallerDirectory",
        "HTTPDirectory", "PostgresDirectory", "TestSupport", "UnixRPC",
      ],
      swiftSettings: strict),

    // MARK: - Clients
    .target(
      name: "CallbackClient",
      dependencies: [
        "CallbackMessages", "CallbackWire", "ProtobufC", "UnixRPC",
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "callbackctl",
      dependencies: [
        "CallbackClient", "CallbackCore", "CallbackMessages", "CallbackWire", "DirectoryFiles",
        "EventLog", "PostgresEventLog", "ProtobufC", "SQLiteEventLog", "UnixRPC",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "ScriptedDaemon",
      dependencies: [
        "CallbackMessages", "ProtobufC", "UnixRPC", "TestSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/ScriptedDaemon", swiftSettings: strict),
    .testTarget(
      name: "CallbackctlTests",
      dependencies: [
        "callbackctl", "CallbackClient", "CallbackMessages", "ProtobufC", "ScriptedDaemon",
        "UnixRPC", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CallbackClientTests",
      dependencies: [
        "CallbackClient", "CallbackMessages", "ProtobufC", "ScriptedDaemon", "UnixRPC",
      ],
      swiftSettings: strict),

    // MARK: - gRPC's interop programs
    .target(
      name: "CInteropProtos", dependencies: ["CProtobufC"], path: "Tests/Interop/CInteropProtos"),
    .target(
      name: "InteropMessages", dependencies: ["ProtobufC", "CInteropProtos"],
      path: "Tests/Interop/InteropMessages", swiftSettings: strict),
    .target(
      name: "TestService",
      dependencies: [
        "InteropMessages", "ProtobufC", "UnixRPC", .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Tests/Interop/TestService", swiftSettings: strict),
    .executableTarget(
      name: "interop-server",
      dependencies: [
        "InteropMessages", "TestService", "UnixRPC",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Tests/Interop/Server", swiftSettings: strict),
    .executableTarget(
      name: "interop-client",
      dependencies: [
        "InteropMessages", "ProtobufC", "TestService", "UnixRPC",
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Tests/Interop/Client", swiftSettings: strict),

    // MARK: - Benchmarks
    .target(
      name: "CBenchProtos", dependencies: ["CProtobufC"], path: "Benchmarks/rpc/CBenchProtos"),
    .target(
      name: "BenchMessages", dependencies: ["ProtobufC", "CBenchProtos"],
      path: "Benchmarks/rpc/BenchMessages", swiftSettings: strict),
    .executableTarget(
      name: "bench-rpc-server",
      dependencies: [
        "BenchMessages", "CBenchProtos", "ProtobufC", "UnixRPC",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Benchmarks/rpc/Server", swiftSettings: strict),

    .executableTarget(
      name: "log-benchmark",
      dependencies: ["CallbackEngine", "SQLiteEventLog", "EventLog", "CallbackCore"],
      path: "Benchmarks/log/InProcess", swiftSettings: strict),
    .executableTarget(
      name: "load-benchmark",
      dependencies: [
        "CallbackClient", "CallbackMessages", "PostgresServer", "SQLite", "TestSupport",
      ],
      path: "Benchmarks/log/Load", swiftSettings: strict),

    // MARK: - The simulation
    .target(
      name: "Simulator", dependencies: ["CallbackEngine", "EventLog", "CallbackCore"],
      path: "Tests/Simulation/Simulator", swiftSettings: strict),
    .executableTarget(
      name: "simulate", dependencies: ["Simulator"], path: "Tests/Simulation/Program",
      swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulator", "CallbackCore"],
      path: "Tests/Simulation/Cases",
      swiftSettings: strict),

    // MARK: - The order of answers
    .target(
      name: "OrderCheck",
      dependencies: [
        "CallbackClient", "CallbackCore", "CallbackMessages", "EventLog", "ProtobufC",
      ],
      path: "Tests/OrderCheck", swiftSettings: strict),
    .testTarget(
      name: "OrderTests",
      dependencies: [
        "OrderCheck", "RunningDaemon", "CallbackClient", "CallbackCore", "CallbackMessages",
        "EventLog", "SQLiteEventLog", "TestSupport",
      ],
      swiftSettings: strict),
    .target(
      name: "RunningDaemon", dependencies: ["callbackd", "TestSupport"],
      path: "Tests/RunningDaemon", swiftSettings: strict),

    // MARK: - Several hosts
    .testTarget(
      name: "ClusterTests",
      dependencies: [
        "OrderCheck", "RunningDaemon", "PostgresServer", "PostgresEventLog", "CallbackClient",
        "CallbackCore", "CallbackMessages", "EventLog", "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: - The contract, from outside
    .executableTarget(
      name: "message-mirror",
      dependencies: ["CallbackMessages", "ProtobufC", "RPCMessages", "SampleMessages"],
      path: "Tests/Mirror", swiftSettings: strict),
    .executableTarget(
      name: "follow-callback", dependencies: ["CallbackClient", "CallbackMessages"],
      path: "Tests/ContractTests/examples/FollowCallback", swiftSettings: strict),
    .executableTarget(
      name: "request-callback", dependencies: ["CallbackClient", "CallbackMessages"],
      path: "Tests/ContractTests/examples/RequestCallback", swiftSettings: strict),

    // MARK: - The tree itself
    .testTarget(name: "TidyTests", swiftSettings: strict),
  ] + fuzzTargets,
  cxxLanguageStandard: .cxx17
)
