import CallbackEngine
import CallbackMessages
import CallbackWire
import ProtobufC
import UnixRPC

extension MethodRegistrar {
  /// A command that was given to the engine, and what becomes of it.
  private typealias Sent = Task<Result<Answer, EngineError>, Never>

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
        var commands: [(index: Int, planned: CommandCall<ItemResponse>, sent: Sent)] = []
        for (index, item) in items.enumerated() {
          do {
            try await binding.check(item, call, path)
            let planned = try plan(item)
            let submission = try item.submission(of: planned.command, by: call.peer, path)
            // It runs at once up to the submission, so that the commands keep their order.
            let sent = Sent.immediateDetached {
              await withCheckedContinuation { continuation in
                engine.submit(submission) { continuation.resume(returning: $0) }
              }
            }
            results.append(nil)
            commands.append((index, planned, sent))
          } catch {
            results.append(.failure(Refusal(anyError: error)))
          }
        }
        for (index, planned, sent) in commands {
          let result = await sent.value
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
