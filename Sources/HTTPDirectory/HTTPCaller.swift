import AsyncHTTPClient
import CallerDirectory
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests to one API, no more and no faster than it takes them.
final class HTTPCaller: Sendable {
  /// An answer, whole.
  struct Answer: Sendable {
    let status: UInt
    let value: JSONValue
  }

  private let client: HTTPClient
  private let settings: HTTPSettings
  private let pace: Mutex<RequestPace>

  init(_ settings: HTTPSettings) {
    self.settings = settings
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = settings.certificates { tls.additionalTrustRoots = [.file(file)] }
    // A redirect would carry the token to wherever the answer says.
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(2), read: .seconds(30)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connections
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: configuration)
    pace = Mutex(RequestPace(perSecond: settings.requestsPerSecond))
  }

  deinit { client.shutdown { _ in } }

  /// Sends a request and reads its answer.
  ///
  /// - Throws: `unavailable` for whatever kept an answer away, 429 and 5xx included.
  func send(
    _ template: RequestTemplate, _ values: TemplateValues, timeout: Duration? = nil
  ) async throws(DirectoryError) -> Answer {
    let deadline = ContinuousClock.now + (timeout ?? settings.timeout)
    var request = HTTPClientRequest(url: template.url(values))
    request.method = .init(rawValue: template.method)
    for header in settings.headers { request.headers.add(name: header.name, value: header.value) }
    request.headers.replaceOrAdd(name: "accept", value: "application/json")
    if let body = template.body(values) {
      request.headers.replaceOrAdd(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body.text))
    }
    while true {
      try await waitForTurn(deadline)
      let (answer, retryAfter) = try await once(request, until: deadline)
      guard let retryAfter else { return answer }
      pace.withLock { $0.hold(until: .now + retryAfter) }
    }
  }

  /// The time that changes have.
  var changeTimeout: Duration { settings.changeTimeout }

  /// Waits until the pace lets a request go; fails at once where that is too late.
  private func waitForTurn(_ deadline: ContinuousClock.Instant) async throws(DirectoryError) {
    let turn = pace.withLock { $0.turn(at: .now, before: deadline) }
    guard let turn else { throw .unavailable("the API's rate limit is used up") }
    guard turn > .now else { return }
    do { try await Task.sleep(until: turn, clock: .continuous) } catch {
      throw .unavailable("given up")
    }
  }

  private func once(
    _ request: HTTPClientRequest, until deadline: ContinuousClock.Instant
  ) async throws(DirectoryError) -> (Answer, retryAfter: Duration?) {
    let limit = settings.answerBytes
    let result: Result<(Answer, Duration?), DirectoryError> = await withTaskGroup { group in
      group.addTask { [client] in await Self.exchange(client, request, limit, deadline) }
      group.addTask {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return .failure(.unavailable("took too long"))
      }
      let first = await group.next() ?? .failure(.unavailable("given up"))
      group.cancelAll()
      return first
    }
    return try result.get()
  }

  private static func exchange(
    _ client: HTTPClient, _ request: HTTPClientRequest, _ limit: Int,
    _ deadline: ContinuousClock.Instant
  ) async -> Result<(Answer, Duration?), DirectoryError> {
    do {
      let left = ContinuousClock.now.duration(to: deadline)
      let response = try await client.execute(request, timeout: TimeAmount(left))
      if response.status.code == 429 || response.status.code == 503,
        let wait = RequestPace.retryAfter(response.headers.first(name: "retry-after"))
      {
        return .success((Answer(status: response.status.code, value: .null), wait))
      }
      guard response.status.code < 500, response.status.code != 429 else {
        return .failure(.unavailable("the API answered \(response.status.code)"))
      }
      let body = try await response.body.collect(upTo: limit)
      if response.status.code >= 400 {
        // What an API says of an error may repeat the request: its words stay here.
        return .success((Answer(status: response.status.code, value: .null), nil))
      }
      if body.readableBytes == 0 {
        return .success((Answer(status: response.status.code, value: .null), nil))
      }
      let bytes = Array(body.readableBytesView)
      guard let value = try? JSONValue(parsing: bytes) else {
        return .failure(.unavailable("the answer is no JSON"))
      }
      return .success((Answer(status: response.status.code, value: value), nil))
    } catch {
      return .failure(.unavailable(words(error)))
    }
  }

  /// What went wrong, without the request, whose headers hold the token.
  private static func words(_ error: any Error) -> String {
    switch error {
    case is NIOTooManyBytesError: "the answer is too large"
    case let error as HTTPClientError: "\(error)"
    case let error as NIOConnectionError: "cannot connect to \(error.host):\(error.port)"
    case let error as NIOSSLError: "TLS: \(error)"
    case let error as NIOSSLExtraError: "TLS: \(error)"
    case let error as IOError: "error \(error.errnoCode)"
    default: "\(type(of: error))"
    }
  }
}
