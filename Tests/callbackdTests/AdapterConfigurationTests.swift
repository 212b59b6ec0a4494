import CallerDirectory
import HTTPDirectory
import PostgresDirectory
import TestSupport
import Testing

@testable import callbackd

@Suite("The adapters of a configuration") struct AdapterConfigurationTests {
  private func read(_ adapters: String) throws -> [AdapterConfiguration] {
    let indented = adapters.split(separator: "\n").map { "    \($0)\n" }.joined()
    return try ConfigurationFile.read("directory:\n  adapters:\n\(indented)", file: "c.yaml")
      .directory.adapters
  }

  @Test("without any, the daemon's own directory is asked")
  func none() throws {
    #expect(try ConfigurationFile.read("", file: "c").directory.adapters == [.embedded])
  }

  @Test("several are read in their order, each with a name of its own")
  func order() throws {
    let adapters = try read(
      """
      - kind: socket
        name: switchboard
        path: /run/crm.sock
        timeout: 1s
        region: GB
      - kind: embedded
      """)
    #expect(adapters.map(\.name) == ["switchboard", "embedded"])
    #expect(adapters[0].kind == .socket(path: "/run/crm.sock", timeout: .seconds(1)))
    #expect(adapters[0].records.region == "GB")
  }

  @Test("a database is a table with its columns, every name quoted")
  func postgresTable() throws {
    let adapters = try read(
      """
      - kind: postgres
        connection: "host=/run/postgresql dbname=rentals user=callbackd"
        password_file: /etc/callbackd/rentals.password
        table: crm.tenants
        columns: {id: tenant_no, name: full_name, class: state}
        phones: [home, 'mobi"le']
        statement_timeout: 500ms
        connections: 2
        classes:
          customer: [Active]
          previous_customer: ["*"]
          active_lead: open
      """)
    guard case .postgres(let postgres) = adapters[0].kind else {
      Issue.record("another kind")
      return
    }
    #expect(postgres.password == .file("/etc/callbackd/rentals.password"))
    #expect(postgres.statementTimeout == .milliseconds(500) && postgres.connections == 2)
    let lookup = postgres.queries.lookup
    #expect(lookup.contains(#"FROM "crm"."tenants""#) && lookup.contains(#""mobi""le""#))
    #expect(lookup.contains("$2::text[]"))
    #expect(adapters[0].records.classes?.customer == ["active"])
    #expect(adapters[0].records.classes?.activeLead == ["open"])
  }

  @Test("an API is requests and the places of its answer")
  func http() throws {
    let adapters = try read(
      """
      - kind: http
        name: bottle
        token_env: BOTTLE_TOKEN
        headers: {Authorization: "JWT {token}"}
        lookup: {url: "http://127.0.0.1:8000/api/contacts/?phone={e164}"}
        record: {url: "http://127.0.0.1:8000/api/contacts/{id}/"}
        add_note:
          method: POST
          url: "http://127.0.0.1:8000/api/contacts/{id}/"
          body: {comment: "{text}", pinned: true, weight: 3, nothing: null, word: "true"}
        answer:
          list: contact_obj_list
          record: contact_obj
          id: id
          name: [first_name, last_name]
          phones: phone
        classes: {customer: [""]}
        locations: {"Site 7": downtown}
      """)
    guard case .http(let requests, let paths, let http) = adapters[0].kind else {
      Issue.record("another kind")
      return
    }
    #expect(http.token == .environment("BOTTLE_TOKEN"))
    #expect(paths.lists == ["contact_obj_list"] && paths.single == "contact_obj")
    #expect(requests.addNote != nil && requests.createLead == nil)
    #expect(adapters[0].records.locations == ["Site 7": "downtown"])
  }

  @Test("HubSpot needs its token, and nothing else")
  func hubspot() throws {
    let adapters = try read(
      """
      - kind: hubspot
        token_file: /etc/callbackd/hubspot.token
      """)
    guard case .hubspot(let hubspot) = adapters[0].kind else {
      Issue.record("another kind")
      return
    }
    #expect(hubspot.url == "https://api.hubapi.com" && !hubspot.writes)
    #expect(hubspot.http.headers == ["Authorization": "Bearer {token}"])
    #expect(hubspot.http.requestsPerSecond == 5)
  }

  @Test("HubSpot's token is sent beside headers of the operator's, too")
  func hubspotHeaders() throws {
    for (headers, expected) in [
      ("{X-Team: a}", ["X-Team": "a", "Authorization": "Bearer {token}"]),
      ("{X-Key: \"{token}\"}", ["X-Key": "{token}"]),
    ] {
      let adapters = try read("- {kind: hubspot, token_file: /t, headers: \(headers)}")
      guard case .hubspot(let hubspot) = adapters[0].kind else {
        Issue.record("another kind")
        return
      }
      #expect(hubspot.http.headers == expected)
    }
  }

  @Test(
    "what is wrong is named with its key",
    arguments: [
      ("- kind: excel", "adapters[0].kind", "must be embedded"),
      ("- name: a", "adapters[0].kind", "is missing"),
      ("- {kind: embedded, path: /x}", "adapters[0].path", "unknown key"),
      ("- {kind: embedded}\n- {kind: embedded}", "adapters[1].name", "twice"),
      ("- {kind: embedded, name: A B}", "adapters[0].name", "a-z"),
      ("- {kind: embedded, name: own}", "adapters[0].name", "must be embedded"),
      ("- {kind: socket, name: embedded, path: /s}", "adapters[0].name", "another"),
      ("- {kind: socket, path: run/crm.sock}", "adapters[0].path", "absolute"),
      ("- {kind: socket, path: /c, timeout: 1d}", "adapters[0].timeout", "length of time"),
      ("- {kind: socket, path: /c, region: ZZ}", "adapters[0].region", "region"),
      (
        "- {kind: postgres, table: t, connection: \"host=/x password=geheim\"}",
        "adapters[0].connection", "no password"
      ),
      (
        "- {kind: postgres, table: t, connection: \"postgresql://u:geheim@h/d\"}",
        "adapters[0].connection", "no password"
      ),
      ("- {kind: postgres, table: t, connection: hello}", "adapters[0].connection", "libpq"),
      ("- {kind: postgres, connection: dbname=d}", "adapters[0].table", "is missing"),
      (
        "- {kind: postgres, connection: dbname=d, table: t, columns: {id: i, name: n}}",
        "adapters[0].phones", "must name a column"
      ),
      (
        "- {kind: postgres, connection: dbname=d, table: t, columns: {id: i, nome: n}}",
        "adapters[0].columns", "nome is none of"
      ),
      (
        "- {kind: postgres, connection: dbname=d, lookup_query: q, phones: p}",
        "adapters[0].phones", "beside lookup_query"
      ),
      (
        "- {kind: postgres, connection: dbname=d, lookup_query: q, columns: {id: i}}",
        "adapters[0].columns", "beside lookup_query"
      ),
      (
        "- {kind: postgres, connection: dbname=d, lookup_query: \"\"}",
        "adapters[0].lookup_query", "is empty"
      ),
      (
        "- {kind: postgres, connection: dbname=d, table: t, columns: {id: i, name: n},"
          + " phones: p, search_query: q}", "adapters[0].search_query", "without lookup_query"
      ),
      ("- {kind: postgres, connection: dbname=d, table: t.}", "adapters[0].table", "a name"),
      (
        "- {kind: postgres, connection: dbname=d, table: t, columns: {id: i, name: \"\"}}",
        "adapters[0].columns", "no column may be empty"
      ),
      (
        "- {kind: socket, path: /\(String(repeating: "x", count: 107))}", "adapters[0].path",
        "107 bytes"
      ),
      ("- {kind: hubspot, token_file: /t, phones: []}", "adapters[0].phones", "1 to 5"),
      (
        "- {kind: hubspot, token_file: /t, phones: [a, b, c, d, e, f]}", "adapters[0].phones",
        "1 to 5"
      ),
      (
        "- {kind: hubspot, token_file: /t, classes: {customer: [a, B], lead: [b, c]}}",
        "adapters[0].classes.lead", "\"b\" stands in customer, too"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x:70000/\"}, answer: {id: id}}",
        "adapters[0].lookup.url", "a port of 1 to 65535"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x/\"}, answer: {id: id}, token_file: /t}",
        "adapters[0].token_file", "no header"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x/\", method: get}, answer: {id: id}}",
        "adapters[0].lookup.method", "one of GET"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x/\", method: POST, body: {a: [\"{phone}\"]}}}",
        "adapters[0].lookup.body", "no placeholder"
      ),
      ("- {kind: hubspot}", "adapters[0].token_file", "is missing"),
      ("- {kind: hubspot, token: abc}", "adapters[0].token", "must stand in a file"),
      (
        "- {kind: hubspot, token_file: /t, token_env: T}", "adapters[0].token_env", "keep one"
      ),
      (
        "- {kind: hubspot, token_file: /t, url: \"http://api.example\"}", "adapters[0].url",
        "https://"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x/{phone}\"}}", "adapters[0].lookup.url",
        "no placeholder"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x/\"}, answer: {id: id},"
          + " headers: {Authorization: Bearer abc}}", "adapters[0].headers", "from a file"
      ),
      (
        "- {kind: http, lookup: {url: \"https://x/\"}, answer: {id: id},"
          + " headers: {X-Api-Key: \"{token}\"}}", "adapters[0].headers", "needs token_file"
      ),
    ])
  func refused(adapters: String, key: String, words: String) throws {
    do {
      _ = try read(adapters)
      Issue.record("was accepted")
    } catch let error as ConfigurationError {
      #expect(error.key == "directory.\(key)")
      #expect("\(error)".contains(words), "\(error)")
      #expect(!"\(error)".contains("geheim"))
    }
  }

  @Test("a file that --print-config wrote is read as the same, adapters included")
  func printed() throws {
    let text = """
      directory:
        concurrent_lookups: 4
        breaker_pause: 1s
        adapters:
          - kind: socket
            path: /run/crm.sock
          - kind: embedded
      """
    let configuration = try ConfigurationFile.read(text, file: "a")
    let printed = ConfigurationKey.file(of: configuration)
    #expect(try ConfigurationFile.read(printed, file: "b") == configuration, "\(printed)")
  }

  @Test("secrets come from a file or the environment when the adapter is made")
  func secrets() throws {
    let folder = TemporaryDirectory()
    let embedded = try EmbeddedDirectory(path: folder.file("d.db"))
    func open(_ adapters: String, _ environment: [String: String] = [:]) throws {
      _ = try read(adapters)[0].open(
        embedded: embedded, fallback: try PhoneRegion("US"), environment: { environment[$0] })
    }
    try open("- {kind: hubspot, token_env: T}", ["T": "s3cret"])
    let file = folder.file("token")
    Files.write(Array("s3cret\n".utf8), to: file)
    try open("- {kind: hubspot, token_file: \(file)}")
    Files.write(Array("two\nlines\n".utf8), to: file)
    for (adapters, words) in [
      ("- {kind: hubspot, token_env: T}", "token_env: the environment has no T"),
      ("- {kind: hubspot, token_file: /nonexistent}", "token_file: /nonexistent cannot be read"),
      ("- {kind: hubspot, token_file: \(file)}", "one line"),
      ("- {kind: hubspot, token_env: T, certificates: /nonexistent}", "No such file"),
      ("- {kind: hubspot, token_env: T, certificates: \(file)}", "certificates: \(file) holds no"),
      (
        "- {kind: postgres, connection: dbname=d, lookup_query: q, password_file: /nonexistent}",
        "password_file: /nonexistent cannot be read"
      ),
    ] {
      do {
        try open(adapters, words.contains("environment") ? [:] : ["T": "s3cret"])
        Issue.record("\(adapters) was opened")
      } catch let error as StartError {
        #expect("\(error)".contains(words) && !"\(error)".contains("s3cret"), "\(error)")
      }
    }
  }
}
