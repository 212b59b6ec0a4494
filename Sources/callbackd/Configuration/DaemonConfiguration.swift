import CallerDirectory
import Logging

/// Everything that can be set for a daemon, with the defaults in force where nothing is set.
struct DaemonConfiguration: Equatable, Sendable {
  /// Where the socket is made; nil: in the user's run directory.
  var socket: String?
  /// The group of the socket and of the directories made for it; nil: the daemon's own.
  var socketGroup: Account?
  /// Who may connect, by the file's mode.
  var socketMode = FileMode(0o600)
  /// Who may enter the directories that are made for the socket.
  var socketDirectoryMode = FileMode(0o750)
  /// Where metrics are served over HTTP/1.1; nil: nowhere.
  var metricsListen: LoopbackAddress?
  /// Who may call, beside the daemon's user and root.
  var access = AccessConfiguration()
  /// Where the log and the directory are kept; nil: in the user's state directory.
  var data: String?
  /// What is logged: this level and the ones above it.
  var logLevel = Logger.Level.notice
  /// Two letters (ISO 3166): the region in which a national number is read where nothing else says.
  var defaultRegion = "US"
  /// The log.
  var log = Log()
  /// Looking callers up.
  var directory = Directory()
  /// The socket's limits.
  var transport = Transport()

  /// What holds a log.
  enum LogKind: String, CaseIterable, Sendable {
    /// A database of the daemon's own, in its data directory.
    case sqlite
    /// A PostgreSQL server, which several daemons may share.
    case postgres
  }

  /// Settings of the log.
  struct Log: Equatable, Sendable {
    /// What holds it.
    var kind = LogKind.sqlite
    /// The database of a log in PostgreSQL, as libpq reads it; holds no password.
    var connection: String?
    /// A file with the password for it.
    var passwordFile: String?
    /// The log's name among those in the database.
    var stream = "default"
    /// What this daemon is known by to its own later runs; nil: its host's name and its socket.
    var host: String?
    /// Events from one snapshot to the next.
    var snapshotEvery = 100_000
    /// How long events stay that a snapshot covers; nil: for ever.
    var retention: Duration?
  }

  /// Settings of the directory of callers.
  struct Directory: Equatable, Sendable {
    /// How long a request waits for its look-up before it goes on without.
    var lookupBudget = Duration.milliseconds(250)
    /// How long an answer that found somebody is used again.
    var cacheHits = Duration.seconds(60)
    /// How long an answer that found nobody is used again.
    var cacheMisses = Duration.seconds(10)
    /// How long an old answer that found somebody is used while its directory fails.
    var staleAnswers = Duration.seconds(24 * 3600)
    /// How long a directory has in all: a later answer reaches nobody.
    var lookupTimeout = Duration.seconds(2)
    /// Look-ups under way at once in each directory.
    var concurrentLookups = 16
    /// Numbers whose answers each directory's cache keeps.
    var cachedNumbers = 65_536
    /// Failed look-ups in a row after which a directory is left alone.
    var breakerFailures = 5
    /// How long it is left alone before one look-up probes it; doubled with each failed probe.
    var breakerPause = Duration.seconds(5)
    /// What becomes of the answers of several directories.
    var combine = DirectoryCombination.first
    /// Whether records get a note about finished callbacks.
    var notes = false
    /// The directories in their order.
    var adapters = [AdapterConfiguration.embedded]
    /// The adapters as the file has them; empty where it names none.
    var adaptersText = ""
  }

  /// A user or a group of the host.
  struct Account: Equatable, Sendable {
    /// As the file names it.
    var name: String
    /// Its number.
    var id: UInt32
  }

  /// A mode of a file.
  struct FileMode: Equatable, Sendable {
    /// The permission bits.
    var bits: UInt32
    /// A mode of these bits.
    init(_ bits: UInt32) { self.bits = bits }
  }

  /// Limits of the socket.
  struct Transport: Equatable, Sendable {
    /// Event loops.
    var threads = 2
    /// Bytes of one message from a client.
    var maximumMessageBytes = 64 * 1024
    /// Connections at the same time.
    var maximumConnections = 1_024
    /// Calls at the same time on one connection.
    var maximumStreams = 128
    /// Bytes that a stream may have waiting for a slow reader before it is ended.
    var streamBacklogBytes = 256 * 1024
    /// How long running calls may take to finish when the daemon stops.
    var drainLimit = Duration.seconds(5)
  }
}
