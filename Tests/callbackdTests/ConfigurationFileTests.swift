import Testing

@testable import callbackd

@Suite("The configuration file")
struct ConfigurationFileTests {
  @Test("an empty file leaves every default", arguments: ["", "# only a comment\n", "---\n"])
  func empty(text: String) throws {
    #expect(try ConfigurationFile.read(text, file: "c.yaml") == DaemonConfiguration())
  }

  @Test("a directory is no file in which nothing is set")
  func directory() throws {
    let error = #expect(throws: StartError.self) { _ = try ConfigurationFile.open("/tmp") }
    #expect(error?.description.contains("/tmp: is a directory") == true)
    #expect(ConfigurationFile.text(of: "/tmp", atMost: 10) == nil)
  }

  @Test("every key is read, in its section")
  func everyKey() throws {
    let configuration = try ConfigurationFile.read(
      """
      socket: /tmp/a.sock
      data: /tmp/data
      log_level: debug
      default_region: NO
      log:
        snapshot_every: 5000
        retention: 90d
      directory:
        lookup_budget: 100ms
        cache_hits: 5m
        cache_misses: 0s
      transport:
        threads: 3
        maximum_message_bytes: 8192
        maximum_connections: 7
        maximum_streams: 9
        stream_backlog_bytes: 65536
        drain_limit: 1s
      """, file: "c.yaml")
    var expected = DaemonConfiguration()
    expected.socket = "/tmp/a.sock"
    expected.data = "/tmp/data"
    expected.logLevel = .debug
    expected.defaultRegion = "NO"
    expected.log = .init(snapshotEvery: 5_000, retention: .seconds(90 * 86_400))
    expected.directory = .init(
      lookupBudget: .milliseconds(100), cacheHits: .seconds(300), cacheMisses: .zero)
    expected.transport = .init(
      threads: 3, maximumMessageBytes: 8192, maximumConnections: 7, maximumStreams: 9,
      streamBacklogBytes: 65536, drainLimit: .seconds(1))
    #expect(configuration == expected)
  }

  @Test(
    "what is wrong is named with its line and its key",
    arguments: [
      ("data: /d\nsokcet: /s\n", 2, "sokcet", "unknown key"),
      ("transport:\n  thread: 3\n", 2, "transport.thread", "unknown key"),
      ("transport:\n  threads: 0\n", 2, "transport.threads", "from 1 to 64"),
      ("transport: 3\n", 1, "transport", "must hold keys"),
      ("directory:\n  lookup_budget: 3\n", 2, "directory.lookup_budget", "a length of time"),
      ("directory:\n  lookup_budget: 400d\n", 2, "directory.lookup_budget", "a length of time"),
      ("log:\n  retention: always\n", 2, "log.retention", "forever, or a length of time"),
      ("log_level: loud\n", 1, "log_level", "one of"),
      ("default_region: usa\n", 1, "default_region", "two letters"),
      ("data: relative\n", 1, "data", "an absolute path"),
      ("data: [1]\n", 1, "data", "an absolute path"),
      ("- data\n", 1, "", "must hold keys"),
      ("data: /a\ndata: /b\n", 1, "data", "given twice"),
    ])
  func refused(text: String, line: Int, key: String, problem: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile.read(text, file: "c.yaml")
    }
    #expect(error?.line == line)
    #expect(error?.key == key)
    #expect(error?.problem.contains(problem) == true)
  }

  @Test("text that is no YAML is refused with its line")
  func noYAML() {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile.read("a: 1\nb: [\n", file: "c.yaml")
    }
    #expect(error?.line != nil)
  }

  @Test("what --print-config prints reads back as the same configuration")
  func printed() throws {
    var configuration = DaemonConfiguration()
    configuration.data = "/srv/callbacks"
    configuration.transport.threads = 5
    configuration.log.retention = .zero
    let text = ConfigurationKey.file(of: configuration)
    #expect(try ConfigurationFile.read(text, file: "c.yaml") == configuration)
  }

  @Test(
    "lengths of time are written in the largest unit in which they are whole",
    arguments: ["0s", "250ms", "20s", "5m", "24h", "7d", "1500ms", "90s"])
  func durations(text: String) {
    #expect(DurationText.parse(text).map(DurationText.print) == (text == "24h" ? "1d" : text))
  }

  @Test(
    "what is no length of time is refused",
    arguments: ["", "5", "s", "-5s", "1.5s", "5 weeks", "99999999999999999d", "٣s"])
  func noDuration(text: String) { #expect(DurationText.parse(text) == nil) }
}
