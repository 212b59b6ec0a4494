import CallbackCore
import CallbackMessages
import EventLog
import FoundationEssentials
import ProtobufC

/// How the answers of each method are compared. A method that is not here cannot be in a history:
/// what nobody compares would seem to be right.
struct Answers {
  /// What is read of one answer: the request's id, the position and the comparison.
  struct Reading {
    var position: LogPosition
    var judgement: Told.Judgement
  }

  private var byPath: [String: (Data, Data) throws -> Reading] = [:]
  private var requestIDs: [String: (Data) -> String] = [:]

  /// The table.
  init() {
    addReads()
    addCommands()
    addConfiguration()
  }

  /// Reads an answered operation; nil where the method is unknown.
  func read(_ path: String, _ request: Data, _ response: Data) throws -> Reading? {
    try byPath[path]?(request, response)
  }

  /// The request id of an operation; empty where its method has none.
  func requestID(_ operation: Operation) -> String {
    requestIDs[operation.method]?(operation.request) ?? ""
  }

  // MARK: - Adding methods

  /// A method whose answers show the state.
  mutating func read<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ position: KeyPath<Response, UInt64> & Sendable,
    _ compare: @escaping (Request, Response, CallCenter, inout Differences) -> Void
  ) {
    byPath[method.path] = { request, response in
      let request = try Request(wire: Array(request))
      let response = try Response(wire: Array(response), limits: .reply)
      return Reading(
        position: response[keyPath: position],
        judgement: .state { state, differences in
          compare(request, response, state, &differences)
        })
    }
  }

  /// A method whose answers are remembered in the log.
  mutating func command<Request: RepeatableRequest, Response>(
    _ method: RPCMethod<Request, Response>, _ position: KeyPath<Response, UInt64> & Sendable,
    _ compare: @escaping (Request, Response, Reply, CallCenter, inout Differences) -> Void
  ) {
    requestIDs[method.path] = { data in (try? Request(wire: Array(data)))?.requestID ?? "" }
    byPath[method.path] = { request, response in
      let request = try Request(wire: Array(request))
      let response = try Response(wire: Array(response), limits: .reply)
      return Reading(
        position: response[keyPath: position],
        judgement: .command(id: request.requestID) { reply, state, differences in
          compare(request, response, reply, state, &differences)
        })
    }
  }
}
