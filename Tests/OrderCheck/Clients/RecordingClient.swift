import CallbackClient
import CallbackMessages
import FoundationEssentials
import ProtobufC

/// A client that records each call, and repeats a call whose fate is unknown with the same request
/// id, of the next daemon in turn, until it is answered.
public struct RecordingClient: Sendable {
  /// The pause before a call is repeated: a daemon that was killed is back within some of them.
  private static let pause = Duration.milliseconds(20)
  /// Repetitions after which nobody answers any more.
  private static let repetitionLimit = 3_000

  /// Its number in the history.
  public let number: Int
  private let daemons: [CallbackClient]
  private let recorder: Recorder
  private var turn: Int
  private var requests = 0
  private let prefix: String

  /// A client that begins with one of the daemons.
  ///
  /// - Parameter prefix: what makes its request ids differ from those of all other clients of the
  ///   log, also of those before.
  public init(number: Int, prefix: String, daemons: [CallbackClient], recorder: Recorder) {
    self.number = number
    self.prefix = prefix
    self.daemons = daemons
    self.recorder = recorder
    turn = number
  }

  /// A request id that nobody has used.
  public mutating func nextID() -> String {
    requests += 1
    return "\(prefix)-\(number)-\(requests)"
  }

  /// The daemon whose turn it is, by its place among the sockets, and its client.
  public var daemon: (index: Int, client: CallbackClient) {
    let index = turn % daemons.count
    return (index, daemons[index])
  }

  /// Goes on with the next daemon.
  public mutating func moveOn() { turn += 1 }

  /// Calls until there is an answer or a refusal.
  ///
  /// - Returns: the answer; nil where the call was refused.
  public mutating func call<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) async throws -> Response? {
    let bytes = Data(request.serialized())
    for _ in 0..<Self.repetitionLimit {
      let (index, client) = daemon
      let operation = recorder.begin(
        Operation(
          client: number, daemon: index, method: method.path, request: bytes,
          began: Recorder.now()))
      do throws(CallbackError) {
        let response = try await client.call(method, request)
        recorder.end(operation, .answered(Data(response.serialized())))
        return response
      } catch {
        recorder.end(operation, Operation.Outcome(error))
        guard error.leavesFateUnknown else { return nil }
      }
      moveOn()
      try await Task.sleep(for: Self.pause)
    }
    throw NobodyAnswers(method: method.path)
  }
}

/// No daemon answered, however often it was asked.
public struct NobodyAnswers: Error, CustomStringConvertible {
  let method: String

  /// What was asked in vain.
  public var description: String { "nobody answered \(method)" }
}

extension CallbackError {
  /// Whether the call may have been carried out or not, so that it is to be repeated.
  var leavesFateUnknown: Bool {
    code == .unavailable || code == .deadlineExceeded || cause != nil
  }
}

extension Operation.Outcome {
  /// What a failed call means.
  init(_ error: CallbackError) {
    if error.leavesFateUnknown {
      self = .unknown("\(error)")
      return
    }
    var offerClosed: V1.OfferClosed?
    if case .offerClosed(let detail) = error.detail { offerClosed = detail }
    self = .refused(
      Operation.Refused(
        reason: error.reason.rawValue, metadata: error.metadata,
        offerClosed: offerClosed.map { Data($0.serialized()) } ?? Data(),
        words: "\(error)"))
  }
}
