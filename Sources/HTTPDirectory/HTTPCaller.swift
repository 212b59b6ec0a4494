import AsyncHTTPClient
import CallerDirectory
import Glibc
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
    // Shorter than servers keep a connection that is not used.
    configuration.connectionPool.idleTimeout = .seconds(15)
    client = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: configuration)
    pace = Mutex(RequestPace(perSecond: settings.requestsPerSecond))
  }

  deinit { client.shutdown { _ in } }

  /// Asks a question, once more where the server closed a connection that it had kept.
  ///
  /// - Throws: `unavailable` for whatever kept an answer away, 429 and 5xx included.
  func ask(
    _ template: RequestTemplate, _ values: TemplateValues
  ) async throws(DirectoryError) -> Answer {
    try await send(template, values, until: .now + settings.timeout, repeats: true)
  }

  /// Makes a change; it is sent once, unless the server says that it did not take it.
  ///
  /// - Throws: as `ask`; after `unavailable` it may have been made or not.
  func change(
    _ template: RequestTemplate, _ values: TemplateValues
  ) async throws(DirectoryError) -> Answer {
    try await send(template, values, until: .now + settings.changeTimeout, repeats: false)
  }

  private func send(
    _ template: RequestTemplate, _ values: TemplateValues,
    until deadline: ContinuousClock.Instant, repeats: Bool
  ) async throws(DirectoryError) -> Answer {
    var mayRepeat = repeats
    guard let url = template.url(values) else {
      throw .invalid(field: "directory", reason: "the API's addresses cannot hold a . or .. alone")
    }
    var request = HTTPClientRequest(url: url)
    request.method = .init(rawValue: template.method)
    for header in settings.headers { request.headers.add(name: header.name, value: header.value) }
    // Some APIs want a type of their own, such as application/vnd.api+json.
    func unlessConfigured(_ name: String, _ value: String) {
      if !request.headers.contains(name: name) { request.headers.add(name: name, value: value) }
    }
    unlessConfigured("accept", "application/json")
    if let body = template.body(values) {
      unlessConfigured("content-type", "application/json")
      request.body = .bytes(ByteBuffer(string: body.text))
    }
    while true {
      try await waitForTurn(deadline)
      switch await once(request, until: deadline) {
      case .answered(let answer): return answer
      case .told(let wait): pace.withLock { $0.hold(until: .now + wait) }
      case .failed(let error): throw error
      case .connectionClosed:
        guard mayRepeat else { throw .unavailable("the server closed the connection") }
        mayRepeat = false
      }
    }
  }

  /// What became of a request.
  private enum Outcome: Sendable {
    case answered(Answer)
    /// To come again only after a time.
    case told(wait: Duration)
    case failed(DirectoryError)
    /// Before there was an answer.
    case connectionClosed
  }

  /// Waits until the pace lets a request go; fails at once where that is too late.
  private func waitForTurn(_ deadline: ContinuousClock.Instant) async throws(DirectoryError) {
    while true {
      let turn = pace.withLock { $0.turn(at: .now, before: deadline) }
      guard let turn else { throw .unavailable("the API's rate limit is used up") }
      guard turn > .now else { return }
      do { try await Task.sleep(until: turn, clock: .continuous) } catch {
        throw .unavailable("given up")
      }
      // Meanwhile the API may have asked for quiet.
      if !pace.withLock({ $0.isHeld(at: .now) }) { return }
    }
  }

  private func once(
    _ request: HTTPClientRequest, until deadline: ContinuousClock.Instant
  ) async -> Outcome {
    let limit = settings.answerBytes
    return await withTaskGroup { group in
      group.addTask { [client] in await Self.exchange(client, request, limit, deadline) }
      group.addTask {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return .failed(.unavailable("took too long"))
      }
      let first = await group.next() ?? .failed(.unavailable("given up"))
      group.cancelAll()
      return first
    }
  }

  private static func exchange(
    _ client: HTTPClient, _ request: HTTPClientRequest, _ limit: Int,
    _ deadline: ContinuousClock.Instant
  ) async -> Outcome {
    do {
      let left = ContinuousClock.now.duration(to: deadline)
      let response = try await client.execute(request, timeout: TimeAmount(left))
      let status = response.status.code
      let wait = RequestPace.retryAfter(response.headers.first(name: "retry-after"))
      // "At once" would be a busy loop of requests that are refused.
      let quiet = max(wait ?? .zero, RequestPace.quietTime)
      if status == 429 || status == 503 && wait != nil { return .told(wait: quiet) }
      guard status < 500 else { return .failed(.unavailable("the API answered \(status)")) }
      let body = try await response.body.collect(upTo: limit)
      // What an API says of an error may repeat the request: its words stay here.
      if status >= 400 || body.readableBytes == 0 {
        return .answered(Answer(status: status, value: .null))
      }
      guard let value = try? JSONValue(parsing: Array(body.readableBytesView)) else {
        return .failed(.unavailable("the answer is no JSON"))
      }
      return .answered(Answer(status: status, value: value))
    } catch let error as HTTPClientError where error == .remoteConnectionClosed {
      return .connectionClosed
    } catch let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE {
      return .connectionClosed
    } catch {
      return .failed(.unavailable(words(error)))
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
