import CallbackEngine
import CallbackMessages
import CallbackWire
import ProtobufC
import Synchronization
import UnixRPC

extension MethodRegistrar {
  /// A method that submits commands in bulk: those of a message together and in their order, each
  /// with a result of its own.
  ///
  /// - Parameters:
  ///   - single: the method that does the same one by one: a request id means the same to both.
  ///   - items: the commands of a message.
  ///   - plan: what one of them is.
  ///   - response: what answers a message.
  mutating func bulk<Request, Response, Item: RepeatableRequest, ItemResponse: Sendable>(
    _ method: RPCMethod<Request, Response>, of single: RPCMethod<Item, ItemResponse>,
    _ items: @escaping @Sendable (Request) throws -> [Item],
    _ plan: @escaping @Sendable (Item) throws -> CommandCall<ItemResponse>,
    _ response: @escaping @Sendable ([Result<ItemResponse, Refusal>]) -> Response
  ) {
    let (engine, binding, path) = (engine, binding, single.path)
    bidirectional(method) { messages, call, responses in
      for try await message in messages {
        let items = try items(message)
        var results: [Result<ItemResponse, Refusal>?] = []
        var commands: [(index: Int, planned: CommandCall<ItemResponse>, sent: Submitted)] = []
        for (index, item) in items.enumerated() {
          do {
            try await binding.check(item, call, path)
            let planned = try plan(item)
            let submission = try item.submission(of: planned.command, by: call.peer, path)
            let sent = Submitted()
            engine.submit(submission) { sent.finish($0) }
            results.append(nil)
            commands.append((index, planned, sent))
          } catch {
            results.append(.failure(Refusal(anyError: error)))
          }
        }
        for (index, planned, sent) in commands {
          let result = await sent.result
          do {
            results[index] = .success(try planned.response(to: result, at: engine.clocks))
          } catch {
            results[index] = .failure(Refusal(anyError: error))
          }
        }
        try await responses.write(response(results.compactMap(\.self)))
      }
    }
  }
}

/// A command that was given to the engine; one reader.
private final class Submitted: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Result<Answer, EngineError>, Never>)
    case done(Result<Answer, EngineError>)
  }

  private let state = Mutex(State.open)

  func finish(_ result: Result<Answer, EngineError>) {
    let waiting = state.withLock {
      state -> CheckedContinuation<Result<Answer, EngineError>, Never>? in
      defer { state = .done(result) }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume(returning: result)
  }

  /// What the engine says of it.
  var result: Result<Answer, EngineError> {
    get async {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> Result<Answer, EngineError>? in
          if case .done(let result) = state { return result }
          state = .waiting(continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }
}
