import CallerDirectory
import HTTPDirectory
import PostgresDirectory

/// One directory of callers as the configuration names it.
struct AdapterConfiguration: Equatable, Sendable {
  /// Its name: shown in answers and metrics, and before the ids of its records.
  var name: String
  /// What it is.
  var kind: Kind
  /// What its words mean.
  var records = Records()

  /// How records are read.
  struct Records: Equatable, Sendable {
    /// What its words for a class mean; nil: the adapter's own.
    var classes: ClassMapping?
    /// Locations' ids by its words for them.
    var locations: [String: String] = [:]
    /// Two letters: where its national numbers are read; nil: the default region.
    var region: String?
  }

  /// What a directory may be.
  enum Kind: Equatable, Sendable {
    /// The daemon's own.
    case embedded
    /// A program behind a Unix socket.
    case socket(path: String, timeout: Duration?)
    /// A database.
    case postgres(Postgres)
    /// An HTTP API.
    case http(JSONDirectory.Requests, RecordPaths, HTTP)
    /// HubSpot.
    case hubspot(HubSpot)
  }

  /// How a database is asked.
  struct Postgres: Equatable, Sendable {
    var connection: String
    var password: Secret?
    var queries: PostgresQueries
    var connections: Int?
    var statementTimeout: Duration?
  }

  /// How an API is called.
  struct HTTP: Equatable, Sendable {
    /// Headers by their names; `{token}` in a value stands for the token.
    var headers: [String: String] = [:]
    var token: Secret?
    var certificates: String?
    var timeout: Duration?
    var requestsPerSecond: Int?
  }

  /// How HubSpot is called.
  struct HubSpot: Equatable, Sendable {
    var url = "https://api.hubapi.com"
    var writes = false
    var properties = HubSpotDirectory.Properties()
    var http = HTTP()
  }

  /// The daemon's own directory alone.
  static let embedded = AdapterConfiguration(name: "embedded", kind: .embedded)
}
