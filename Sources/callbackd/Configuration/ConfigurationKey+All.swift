extension ConfigurationKey {
  /// Every key there is, in the order in which `--print-config` shows them.
  static let all: [ConfigurationKey] = [
    .path(
      "socket", \.socket,
      "The Unix socket; without one $XDG_RUNTIME_DIR/callbackd/callbackd.sock, for root"
        + " /run/callbackd/callbackd.sock."),
    .group(
      "socket_group", \.socketGroup,
      "The group of the socket and of the directories made for it; without one the daemon's own."),
    .mode(
      "socket_mode", \.socketMode, least: 0o600, most: 0o666,
      "Who may connect; 0660 lets the group in. What they may call then, access says."),
    .mode(
      "socket_directory_mode", \.socketDirectoryMode, least: 0o700, most: 0o755,
      "Who may enter the directories that the daemon makes for the socket; one that exists stays as"
        + " it is."),
    .loopback(
      "metrics_listen", \.metricsListen,
      "Where /metrics is served over HTTP/1.1 too, to whoever is on the host; without one nowhere."),
    .path(
      "data", \.data,
      "Where the log and the directory are kept; without one $XDG_STATE_HOME/callbackd or"
        + " ~/.local/state/callbackd, for root /var/lib/callbackd."),
    .level("log_level", \.logLevel, "What is logged: this level and the more serious ones."),
    .region(
      "default_region", \.defaultRegion,
      "Where a national number is read when neither the location nor the request says it."),
    .choice(
      "log.kind", \.log.kind,
      "What holds the log: a database in the data directory, or a PostgreSQL server, on which"
        + " several daemons may share it."),
    .connection(
      "log.connection", \.log.connection, "The database of a log in PostgreSQL."),
    .path("log.password_file", \.log.passwordFile, "A file with the password for it, in one line."),
    .name(
      "log.stream", \.log.stream,
      "The log's name in that database, which holds one a call center."),
    .optionalName(
      "log.host", \.log.host,
      "What this daemon is known by among those that share the log, and to its own next run;"
        + " without one the host's name and the socket."),
    .integer(
      "log.snapshot_every", \.log.snapshotEvery, 1_000...10_000_000,
      "Events from one snapshot of the state to the next, which bounds what a start replays."),
    .durationOrForever(
      "log.retention", \.log.retention, .zero...(.seconds(3_650 * 86_400)),
      "How long events stay in the log; then they are dropped as soon as a snapshot covers them."
        + " The history of callers, agents and outcomes stays in any case."),
    .duration(
      "directory.lookup_budget", \.directory.lookupBudget,
      .milliseconds(1)...(.seconds(10)),
      "How long a request waits for its look-up; then it is taken as LOOKUP_FAILED."),
    .duration(
      "directory.cache_hits", \.directory.cacheHits, .zero...(.seconds(86_400)),
      "How long an answer that found somebody is used again."),
    .duration(
      "directory.cache_misses", \.directory.cacheMisses, .zero...(.seconds(86_400)),
      "How long an answer that found nobody is used again."),
    .duration(
      "directory.stale_answers", \.directory.staleAnswers, .zero...(.seconds(7 * 86_400)),
      "How long an old answer that found somebody is used, marked as stale, while its directory"
        + " fails."),
    .duration(
      "directory.lookup_timeout", \.directory.lookupTimeout, .milliseconds(10)...(.seconds(60)),
      "How long a directory has in all; an answer after lookup_budget and before this still"
        + " reaches the alert."),
    .integer(
      "directory.concurrent_lookups", \.directory.concurrentLookups, 1...1_024,
      "Look-ups at the same time in each adapter; up to 256 more wait, the rest fail at once."),
    .integer(
      "directory.cached_numbers", \.directory.cachedNumbers, 2...10_000_000,
      "Numbers whose answers are kept for each adapter."),
    .integer(
      "directory.breaker_failures", \.directory.breakerFailures, 1...1_000,
      "Failed look-ups in a row after which an adapter is not asked for a while."),
    .duration(
      "directory.breaker_pause", \.directory.breakerPause, .milliseconds(10)...(.seconds(60)),
      "How long it is not asked before one look-up probes it; doubled with each that fails, up to"
        + " 60s."),
    .choice(
      "directory.combine", \.directory.combine,
      "Of several adapters, whether the first that knows a number counts, or all are merged."),
    .flag(
      "directory.notes", \.directory.notes,
      "Whether the caller's record gets a note about every finished callback."),
    .integer(
      "transport.threads", \.transport.threads, 1...64, "Event loops that serve the socket."),
    .integer(
      "transport.maximum_message_bytes", \.transport.maximumMessageBytes, 4_096...4_194_304,
      "The largest message that a client may send."),
    .integer(
      "transport.maximum_connections", \.transport.maximumConnections, 1...65_536,
      "Connections at the same time."),
    .integer(
      "transport.maximum_streams", \.transport.maximumStreams, 1...65_536,
      "Calls at the same time on one connection."),
    .integer(
      "transport.stream_backlog_bytes", \.transport.streamBacklogBytes, 65_536...67_108_864,
      "What may wait for a slow reader of a stream before the stream is ended."),
    .duration(
      "transport.drain_limit", \.transport.drainLimit, .zero...(.seconds(600)),
      "How long running calls may take to finish when the daemon stops."),
  ]

  /// A configuration as a file, each key with its meaning; keys without a value are commented out.
  static func file(of configuration: DaemonConfiguration) -> String {
    var lines: [String] = []
    var section = ""
    for key in all {
      let parts = key.name.split(separator: ".", maxSplits: 1)
      let indent = parts.count == 1 ? "" : "  "
      if parts.count == 2, section != parts[0] {
        section = String(parts[0])
        lines.append("\(section):")
      }
      lines.append("\(indent)# \(key.meaning) \(key.form.capitalizedFirst).")
      let value = key.get(configuration)
      lines.append("\(indent)\(value == nil ? "# " : "")\(parts.last!): \(value ?? "")")
      if key.name == "socket_directory_mode" { lines += configuration.access.lines }
      if key.name == "directory.notes" { lines += adapters(configuration) }
    }
    return lines.map { $0.trimmedEnd + "\n" }.joined()
  }
}

extension ConfigurationKey {
  /// The key of the list of adapters, which is no single value.
  static let adapters = "directory.adapters"

  private static func adapters(_ configuration: DaemonConfiguration) -> [String] {
    let title =
      "  # Where callers are looked up, in this order; docs/DIRECTORIES.md shows each kind."
    if configuration.directory.adaptersText.isEmpty {
      return [title, "  # adapters:", "  #   - kind: embedded"]
    }
    let lines = configuration.directory.adaptersText.split(separator: "\n")
    return [title, "  adapters:"] + lines.map { "    \($0)" }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
  fileprivate var trimmedEnd: String { hasSuffix(" ") ? String(dropLast()) : self }
}
