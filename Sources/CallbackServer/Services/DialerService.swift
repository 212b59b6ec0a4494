import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import UnixRPC

/// What telephony connectors speak: `callback.v1.DialerService`.
struct DialerService: Sendable {
  let context: ServiceContext

  /// Registers every method of the service.
  func register(on methods: inout MethodRegistrar) {
    methods.bidirectional(DialerServiceMethods.dial, dial)
  }

  /// Attaches a connector for as long as its stream is open.
  func dial(
    _ requests: MessageStream<V1.DialRequest>, _ call: RPCCall,
    _ responses: MessageWriter<V1.DialResponse>
  ) async throws {
    var messages = requests.makeAsyncIterator()
    guard case .hello(let hello)? = try await messages.next()?.message else {
      throw FieldError("hello", .missing)
    }
    let conversation = try DialConversation(hello, call, responses, context)
    try await conversation.attach(context.facts)
    while let request = try await messages.next() { try conversation.take(request) }
  }
}
