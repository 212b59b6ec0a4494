import NIOCore
import RPCMessages
import Synchronization
public import UnixRPC

/// `grpc.health.v1.Health`: tells whether each service, and the server as a whole, can be used now.
///
/// Once it has been told that the server stops, nothing is serving any more.
public final class HealthService: Sendable {
  /// The full name of the service.
  public static let name = "grpc.health.v1.Health"

  private struct State {
    var serving: [String: Bool]
    var isStopping = false
    var watchers: [UInt64: Watcher] = [:]
    var lastWatcher: UInt64 = 0

    func status(of service: String) -> HealthV1.HealthCheckResponse.ServingStatus? {
      serving[service].map { $0 && !isStopping ? .serving : .notServing }
    }
  }

  private struct Watcher {
    let service: String
    let responses: RPCResponseWriter
  }

  private let state: Mutex<State>

  /// Knows some services, none of which serves yet.
  ///
  /// - Parameter services: full names; the server as a whole is known besides, as the empty name.
  public init(services: [String]) {
    let all = (services + [""]).map { ($0, false) }
    state = Mutex(State(serving: Dictionary(all, uniquingKeysWith: { a, _ in a })))
  }

  /// Whether the server as a whole can be used now.
  public var isServing: Bool { state.withLock { $0.status(of: "") == .serving } }

  /// Says of all services, and of the server, whether they can be used.
  public func set(serving: Bool) {
    change { state in for name in state.serving.keys { state.serving[name] = serving } }
  }

  /// Says of one service whether it can be used; unknown ones stay unknown.
  public func set(_ service: String, serving: Bool) {
    change { state in if state.serving[service] != nil { state.serving[service] = serving } }
  }

  /// Says that the server has begun to stop.
  public func stop() { change { $0.isStopping = true } }

  private func change(_ body: (inout State) -> Void) {
    // What is written under the lock keeps its order; offering a message never waits.
    state.withLock { state in
      let before = state
      body(&state)
      for watcher in state.watchers.values {
        let status = state.status(of: watcher.service)
        if status != before.status(of: watcher.service) { Self.tell(status, watcher.responses) }
      }
    }
  }

  private static func tell(
    _ status: HealthV1.HealthCheckResponse.ServingStatus?, _ responses: RPCResponseWriter
  ) {
    let message = HealthV1.HealthCheckResponse(status: status ?? .serviceUnknown)
    if case .full = responses.offer(ByteBuffer(packing: message)) {
      responses.finish(
        RPCError(.resourceExhausted, "The stream's reader is too slow; watch again."),
        discardingBacklog: true)
    }
  }

  // MARK: - Calls

  /// Adds the methods to a server's.
  public func register(on router: inout RPCRouter) {
    router.immediate("/\(Self.name)/Check") { [self] buffer, _ in
      let request = try buffer.request(HealthV1.HealthCheckRequest.self)
      guard let status = state.withLock({ $0.status(of: request.service) }) else {
        throw RPCError(.notFound, "The server knows no such service.")
      }
      return ByteBuffer(packing: HealthV1.HealthCheckResponse(status: status))
    }
    router.push("/\(Self.name)/Watch") { [self] buffer, call, responses in
      do throws(RPCError) {
        watch(try buffer.request(HealthV1.HealthCheckRequest.self).service, call, responses)
      } catch {
        responses.finish(error)
      }
    }
  }

  private func watch(_ service: String, _ call: RPCCall, _ responses: RPCResponseWriter) {
    let id = state.withLock { state in
      state.lastWatcher += 1
      state.watchers[state.lastWatcher] = Watcher(service: service, responses: responses)
      Self.tell(state.status(of: service), responses)
      return state.lastWatcher
    }
    call.onEnd { [weak self] in self?.forget(id) }
    call.onDrain { [weak self] in
      guard let self else { return }
      forget(id)
      if state.withLock({ $0.status(of: service) }) == .serving {
        Self.tell(.notServing, responses)
      }
      responses.finish(RPCError(.unavailable, "The server is stopping."))
    }
  }

  private func forget(_ id: UInt64) {
    state.withLock { $0.watchers[id] = nil }
  }
}
