import ArgumentParser
import CallbackClient
import CallbackMessages
import ProtobufC

/// Calls any method with JSON.
struct Call: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Call any method with a message in JSON; answers are printed as JSON.",
    discussion: """
      JSON is protobuf's mapping. A method that takes a stream reads one message a line from \
      standard input; one that answers with a stream prints one message a line.

      Examples:
        callbackctl call GetServerInfo
        callbackctl call RequestCallback '{"callerNumber":"5105550123","queueId":"sales"}'
        callbackctl call AdminService/ListQueues '{"pageSize":2}'
        callbackctl call Dial < messages.jsonl
      """)

  @Argument(help: "The method, as `methods` lists it.")
  var method: String

  @Argument(
    help: ArgumentHelp(
      "The request; - reads it from standard input. Default: {}.", valueName: "json"))
  var json: String?

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let method = try MethodLookup.method(named: method)
    switch method.kind {
    case .unary:
      let answer = try await session.client.call(method, packed: try request(method))
      session.console.print(try Self.text(answer, method))
    case .serverStream:
      OutputReader.endWithIt()
      let request = try request(method)
      let call = try await session.client.open(method)
      try await call.send(request)
      call.finish()
      try await call.receive { session.console.print(try Self.text($0, method)) }
    case .clientStream, .bidirectional:
      try await stream(method, session)
    }
  }

  private func stream(_ method: any AnyRPCMethod, _ session: Session) async throws {
    if let json, json != "-" {
      throw Failure(
        "\(method.name) takes a stream: give one message a line on standard input", .usage)
    }
    let call = try await session.client.open(method)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Reading a line blocks, so it is not done on the threads that tasks share.
        for try await line in StandardInput.lines() where !line.isEmpty {
          try await call.send(try Self.bytes(line, method))
        }
        call.finish()
      }
      group.addTask {
        try await call.receive { session.console.print(try Self.text($0, method)) }
      }
      do {
        // The first failure ends the other direction too: waitForAll would wait for it.
        while try await group.next() != nil {}
      } catch {
        group.cancelAll()
        throw error
      }
    }
  }

  private func request(_ method: any AnyRPCMethod) throws -> [UInt8] {
    let text = json == "-" ? StandardInput.all() : json ?? "{}"
    return try Self.bytes(text, method)
  }

  /// The packed request that JSON describes.
  static func bytes(_ text: String, _ method: any AnyRPCMethod) throws -> [UInt8] {
    do throws(JSONError) {
      var options = MessageJSON.ParseOptions()
      options.types = MessageTypes.descriptors
      return try MessageJSON.bytes(
        from: text, as: method.requestType.descriptor, options: options)
    } catch {
      throw Failure(
        "the request is no \(method.requestType.messageName): \(error)\n"
          + "  → callbackctl methods \(method.name) describes it", .usage)
    }
  }

  /// The JSON of a packed response.
  static func text(_ bytes: [UInt8], _ method: any AnyRPCMethod) throws -> String {
    do throws(JSONError) {
      var options = MessageJSON.PrintOptions()
      options.types = MessageTypes.descriptors
      return try MessageJSON.text(
        of: bytes, as: method.responseType.descriptor, options: options)
    } catch {
      throw Failure("the answer has no JSON form: \(error)")
    }
  }
}
