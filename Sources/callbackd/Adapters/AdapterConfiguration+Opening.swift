import CallerDirectory
import HTTPDirectory
import PostgresDirectory
import SocketDirectory

extension AdapterConfiguration {
  /// The directory that is configured; none of them is connected to yet.
  ///
  /// - Parameters:
  ///   - embedded: the daemon's own.
  ///   - fallback: the default region.
  ///   - environment: where secrets may be.
  func open(
    embedded: EmbeddedDirectory, fallback: PhoneRegion, environment: Secret.Environment
  ) throws(StartError) -> any CallerDirectory {
    let region = records.region.flatMap { try? PhoneRegion($0) } ?? fallback
    func mapping(_ own: ClassMapping) -> RecordMapping {
      RecordMapping(
        classes: records.classes ?? own, locations: records.locations, region: region)
    }
    switch kind {
    case .embedded: return embedded
    case .socket(let path, let timeout):
      var settings = SocketDirectory.Settings(region: region)
      settings.timeout = timeout ?? settings.timeout
      return SocketDirectory(name: name, path: path, settings: settings)
    case .postgres(let postgres):
      var settings = PostgresDirectory.Settings(
        connection: postgres.connection, queries: postgres.queries, mapping: mapping(.own))
      settings.password = try postgres.password.map { (secret) throws(StartError) in
        try read(secret, "password", environment)
      }
      settings.connections = postgres.connections ?? settings.connections
      settings.statementTimeout = postgres.statementTimeout ?? settings.statementTimeout
      return PostgresDirectory(name: name, settings: settings)
    case .http(let requests, let paths, let http):
      return JSONDirectory(
        name: name, requests: requests, paths: paths, mapping: mapping(.own),
        settings: try settings(http, environment))
    case .hubspot(let hubspot):
      do {
        return try HubSpotDirectory(
          name: name, base: hubspot.url, writes: hubspot.writes, properties: hubspot.properties,
          mapping: mapping(HubSpotDirectory.standardClasses),
          settings: try settings(hubspot.http, environment))
      } catch let error as StartError {
        throw error
      } catch {
        throw .adapter(name, reason: "url: it is not acceptable")
      }
    }
  }

  private func settings(
    _ http: HTTP, _ environment: Secret.Environment
  ) throws(StartError) -> HTTPSettings {
    var settings = HTTPSettings()
    let token = try http.token.map { (secret) throws(StartError) in
      try read(secret, "token", environment)
    }
    for (name, value) in http.headers.sorted(by: { $0.key < $1.key }) {
      do throws(RequestTemplate.Problem) {
        settings.headers.append(
          try HTTPHeader(name: name, value: value.replacing("{token}", with: token ?? "")))
      } catch {
        throw .adapter(self.name, reason: "headers: \(error.words)")
      }
    }
    settings.certificates = http.certificates
    if let problem = settings.certificatesProblem {
      throw .adapter(name, reason: "certificates: \(problem)")
    }
    settings.timeout = http.timeout ?? settings.timeout
    settings.requestsPerSecond = http.requestsPerSecond
    return settings
  }

  /// A secret without the line break at its end.
  private func read(
    _ secret: Secret, _ what: String, _ environment: Secret.Environment
  ) throws(StartError) -> String {
    do throws(Secret.Missing) {
      return try secret.read(environment)
    } catch {
      let key = if case .file = secret { "\(what)_file" } else { "\(what)_env" }
      throw .adapter(name, reason: "\(key): \(error.words)")
    }
  }
}
