import CallerDirectory
import HTTPDirectory
import Postgres
import PostgresDirectory
import Yams

extension AdapterConfiguration {
  /// The most adapters: each is asked about every caller.
  static let most = 8

  /// Reads the list of adapters.
  static func list(
    _ node: Node, key: String, file: String
  ) throws(ConfigurationError) -> [AdapterConfiguration] {
    func refuse(_ problem: String) -> ConfigurationError {
      ConfigurationError(file: file, line: node.mark?.line, key: key, problem: problem)
    }
    guard let items = node.sequence, (1...most).contains(items.count) else {
      throw refuse("must be a list of 1 to \(most) adapters")
    }
    var adapters: [AdapterConfiguration] = []
    for (index, item) in items.enumerated() {
      var reader = try NodeReader(item, key: "\(key)[\(index)]", file: file)
      let adapter = try AdapterConfiguration(&reader)
      guard !adapters.contains(where: { $0.name == adapter.name }) else {
        throw reader.error("name", "is used twice")
      }
      adapters.append(adapter)
    }
    return adapters
  }

  private init(_ reader: inout NodeReader) throws(ConfigurationError) {
    let kind = try reader.required("kind")
    name = try reader.text("name") ?? kind
    let isName =
      (1...32).contains(name.utf8.count)
      && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    guard isName else { throw reader.error("name", "must be 1 to 32 of a-z, 0-9 and -") }
    // The embedded directory always has this name: ids of its records begin with it.
    guard (kind == "embedded") == (name == "embedded") else {
      throw reader.error(
        "name",
        kind == "embedded"
          ? "must be embedded for this kind, or be left out"
          : "must be another than embedded, which is the name of the kind")
    }
    switch kind {
    case "embedded": self.kind = .embedded
    case "socket":
      guard let path = try reader.path("path") else { throw reader.error("path", "is missing") }
      guard path.utf8.count <= 107 else {
        throw reader.error("path", "must be at most 107 bytes, which a Unix socket's address holds")
      }
      self.kind = .socket(path: path, timeout: try Self.timeout(&reader))
      records.region = try Self.region(&reader)
    case "postgres":
      self.kind = .postgres(try Postgres(&reader))
      records = try Records(&reader)
    case "http":
      let http = try HTTP(&reader)
      try http.checkTokenIsUsed(reader)
      self.kind = .http(try JSONDirectory.Requests(&reader), try RecordPaths(&reader), http)
      records = try Records(&reader)
    case "hubspot":
      self.kind = .hubspot(try HubSpot(&reader))
      records = try Records(&reader)
    default: throw reader.error("kind", "must be embedded, socket, postgres, http or hubspot")
    }
    try reader.finish()
  }

  static func timeout(_ reader: inout NodeReader) throws(ConfigurationError) -> Duration? {
    try reader.duration("timeout", in: .milliseconds(10)...(.seconds(30)))
  }

  static func region(_ reader: inout NodeReader) throws(ConfigurationError) -> String? {
    guard let code = try reader.text("region") else { return nil }
    guard (try? PhoneRegion(code)) != nil else {
      throw reader.error("region", "must be a region's two letters (ISO 3166)")
    }
    return code
  }

  static func secret(
    _ name: String, _ reader: inout NodeReader
  ) throws(ConfigurationError) -> Secret? {
    if reader.value(name) != nil {
      throw reader.error(name, "must stand in a file: name it in \(name)_file or \(name)_env")
    }
    let file = try reader.path("\(name)_file")
    let variable = try reader.text("\(name)_env")
    switch (file, variable) {
    case (nil, nil): return nil
    case (let file?, nil): return .file(file)
    case (nil, let variable?): return .environment(variable)
    case (_?, _?): throw reader.error("\(name)_env", "stands beside \(name)_file; keep one")
    }
  }
}

extension AdapterConfiguration.Records {
  init(_ reader: inout NodeReader) throws(ConfigurationError) {
    locations = try reader.table("locations")
    region = try AdapterConfiguration.region(&reader)
    guard var section = try reader.section("classes") else { return }
    var classes = ClassMapping()
    classes.lead = Set(try section.texts("lead").map { $0.lowercased() })
    classes.customer = Set(try section.texts("customer").map { $0.lowercased() })
    classes.previousCustomer = Set(
      try section.texts("previous_customer").map { $0.lowercased() })
    if section.value("active_lead") != nil {
      classes.activeLead = Set(try section.texts("active_lead").map { $0.lowercased() })
    }
    try section.finish()
    // It would count as the first of them alone.
    let lists = [
      ("customer", classes.customer), ("previous_customer", classes.previousCustomer),
      ("lead", classes.lead),
    ]
    for (index, (name, words)) in lists.enumerated() {
      for (other, earlier) in lists[..<index] {
        guard let word = words.intersection(earlier).sorted().first else { continue }
        throw section.error(name, "\"\(word)\" stands in \(other), too")
      }
    }
    self.classes = classes
  }
}

extension AdapterConfiguration.Postgres {
  init(_ reader: inout NodeReader) throws(ConfigurationError) {
    connection = try reader.required("connection")
    if let problem = PostgresConnectionText.problem(of: connection) {
      throw reader.error("connection", problem)
    }
    password = try AdapterConfiguration.secret("password", &reader)
    connections = try reader.integer("connections", in: 1...64)
    statementTimeout = try reader.duration(
      "statement_timeout", in: .milliseconds(10)...(.seconds(30)))
    let lookup = try reader.text("lookup_query")
    let table = try reader.text("table")
    let columns = try reader.table("columns")
    let phones = try reader.texts("phones")
    let record = try reader.text("record_query") ?? ""
    let search = try reader.text("search_query") ?? ""
    if let lookup {
      for key in ["table", "columns", "phones"] where reader.value(key) != nil {
        throw reader.error(key, "stands beside lookup_query, and would do nothing")
      }
      guard !lookup.isEmpty else { throw reader.error("lookup_query", "is empty") }
      queries = PostgresQueries(lookup: lookup, record: record, search: search)
      return
    }
    for key in ["record_query", "search_query"] where reader.value(key) != nil {
      throw reader.error(key, "stands without lookup_query, and would do nothing")
    }
    guard let table else { throw reader.error("table", "is missing, or lookup_query") }
    guard !table.split(separator: ".", omittingEmptySubsequences: false).contains("") else {
      throw reader.error("table", "must be a name, or a schema's and a name with a dot between")
    }
    let known = ["id", "name", "class", "status", "location", "region", "updated_at"]
    if let odd = columns.keys.sorted().first(where: { !known.contains($0) }) {
      throw reader.error("columns", "\(odd) is none of \(known.joined(separator: ", "))")
    }
    guard columns["id"] != nil, columns["name"] != nil, !columns.values.contains("") else {
      throw reader.error("columns", "must name id and name, and no column may be empty")
    }
    guard !phones.isEmpty, !phones.contains("") else {
      throw reader.error("phones", "must name a column")
    }
    queries = PostgresQueries(table: table, columns: columns, phones: phones)
  }
}

extension AdapterConfiguration.HTTP {
  init(_ reader: inout NodeReader) throws(ConfigurationError) {
    token = try AdapterConfiguration.secret("token", &reader)
    headers = try reader.table("headers")
    certificates = try reader.path("certificates")
    timeout = try AdapterConfiguration.timeout(&reader)
    requestsPerSecond = try reader.integer("requests_per_second", in: 1...10_000)
    for (name, value) in headers {
      do throws(RequestTemplate.Problem) {
        _ = try HTTPHeader(name: name, value: value)
      } catch {
        throw reader.error("headers", error.words)
      }
      if value.contains("{token}"), token == nil {
        throw reader.error("headers", "\(name) needs token_file or token_env")
      }
      if Self.holdsSecret(name), !value.contains("{token}") {
        throw reader.error("headers", "\(name) must take its secret from a file, as {token}")
      }
    }
  }

  /// Refuses a token that no header carries: the API would never see it.
  func checkTokenIsUsed(_ reader: NodeReader) throws(ConfigurationError) {
    guard let token, !headers.values.contains(where: { $0.contains("{token}") }) else { return }
    let key = if case .file = token { "token_file" } else { "token_env" }
    throw reader.error(key, "is in no header; one must hold {token}")
  }
}

extension AdapterConfiguration.HTTP {
  /// Whether a header of this name is one that lets its bearer in.
  private static func holdsSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["authorization", "proxy-authorization", "cookie"].contains(name)
      || ["token", "secret", "api-key", "apikey"].contains { name.hasSuffix($0) }
  }
}

extension AdapterConfiguration.HubSpot {
  init(_ reader: inout NodeReader) throws(ConfigurationError) {
    if let text = try reader.text("url") {
      do throws(RequestTemplate.Problem) {
        _ = try RequestTemplate(method: "GET", url: text)
      } catch {
        throw reader.error("url", error.words)
      }
      url = text
    }
    writes = try reader.flag("writes") ?? false
    let phones = try reader.texts("phones")
    if reader.value("phones") != nil {
      // A search of HubSpot's takes so many groups of filters, one for each property.
      guard (1...5).contains(phones.count), !phones.contains("") else {
        throw reader.error("phones", "must name 1 to 5 properties")
      }
      properties.phones = phones
    }
    properties.location = try reader.text("location") ?? ""
    properties.recordClass = try reader.text("class") ?? properties.recordClass
    properties.status = try reader.text("status") ?? properties.status
    http = try AdapterConfiguration.HTTP(&reader)
    guard http.token != nil else { throw reader.error("token_file", "is missing, or token_env") }
    if !http.headers.values.contains(where: { $0.contains("{token}") }) {
      http.headers["Authorization"] = "Bearer {token}"
    }
    // The search API takes five requests a second of an account.
    http.requestsPerSecond = http.requestsPerSecond ?? 5
  }
}
