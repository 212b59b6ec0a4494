import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import Logging
import NIOCore
import ProtobufC
import RPCServices
import UnixRPC

/// Gives every method of the contract its handler, typed by the generated tables.
///
/// Decoding, the binding of users to agents, request ids and errors are the same for all methods and
/// live here, so that a handler is about its method alone.
struct MethodRegistrar {
  /// What has been registered.
  private(set) var router = RPCRouter()
  private var kinds: [String: CallKind] = [:]
  let engine: Engine
  let binding: BindingCheck
  private let limits: WireLimits
  private let errors: ErrorReporter

  /// Starts with no method.
  ///
  /// - Parameter maximumMessageBytes: the transport's limit on a message.
  init(engine: Engine, access: AccessControl, maximumMessageBytes: Int, logger: Logger) {
    self.engine = engine
    binding = BindingCheck(access: access, engine: engine)
    errors = ErrorReporter(logger: logger)
    var limits = WireLimits.standard
    limits.bytes = maximumMessageBytes
    self.limits = limits
  }

  /// Stops the program where a method of the contract has no handler, or one of another kind.
  func checkComplete(_ methods: [any AnyRPCMethod]) {
    for method in methods {
      precondition(kinds[method.path] == method.kind, "\(method.path) has no handler of its kind")
    }
    precondition(kinds.count == methods.count, "every handler is of a method of the contract")
  }

  // MARK: - Commands and reads, without a task

  /// A method that submits one command.
  mutating func command<Request: RepeatableRequest, Response>(
    _ method: RPCMethod<Request, Response>,
    _ plan: @escaping @Sendable (Request) throws -> CommandCall<Response>
  ) {
    command(method) { request in .ready(try plan(request)) }
  }

  /// A method that submits one command, which mostly is known at once.
  mutating func command<Request: RepeatableRequest, Response>(
    _ method: RPCMethod<Request, Response>,
    _ plan: @escaping @Sendable (Request) throws -> CommandPlan<Response>
  ) {
    let (engine, limits, errors, binding) = (engine, limits, errors, binding)
    note(method)
    router.deferred(method.path) { buffer, call, reply in
      @Sendable func submit(_ planned: CommandCall<Response>, for request: Request) throws {
        let submission = try request.submission(of: planned.command, by: call.peer, method.path)
        engine.submit(submission) { result in
          reply.complete(
            errors.catching(method.path) {
              ByteBuffer(packing: try planned.response(to: result, at: engine.clocks))
            })
        }
      }
      @Sendable func fail(_ error: any Error) { reply.fail(errors.rpcError(error, method.path)) }
      do {
        let request: Request = try buffer.message(limits: limits)
        binding.check(request, call, method.path) { refusal in
          if let refusal { return fail(refusal) }
          do {
            switch try plan(request) {
            case .ready(let planned): try submit(planned, for: request)
            case .waiting(let wait):
              Task {
                do { try submit(try await wait(), for: request) } catch { fail(error) }
              }
            }
          } catch {
            fail(error)
          }
        }
      } catch {
        fail(error)
      }
    }
  }

  /// A method that reads the state.
  mutating func read<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ plan: @escaping @Sendable (Request) throws -> ReadCall<Response>
  ) {
    let (engine, limits, errors) = (engine, limits, errors)
    noteUnbound(method)
    router.deferred(method.path) { buffer, _, reply in
      do {
        let body = try plan(try buffer.message(limits: limits))
        engine.read { result in
          reply.complete(
            errors.catching(method.path) {
              let (state, point) = try result.get()
              do {
                return ByteBuffer(packing: try body(state, point))
              } catch let error as Rejection {
                throw Refusal(error).decided(at: point.position)
              }
            })
        }
      } catch {
        reply.fail(errors.rpcError(error, method.path))
      }
    }
  }

  // MARK: - What waits for more than the log

  /// A method that has one response.
  mutating func unary<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ handler: @escaping @Sendable (Request, RPCCall) async throws -> Response
  ) {
    let (limits, errors, binding) = (limits, errors, binding)
    note(method)
    router.unary(method.path) { buffer, call in
      do {
        let request: Request = try buffer.message(limits: limits)
        try await binding.check(request, call, method.path)
        return ByteBuffer(packing: try await handler(request, call))
      } catch {
        throw errors.rpcError(error, method.path)
      }
    }
  }

  /// A method that has one response, which mostly is there at once.
  ///
  /// - Parameters:
  ///   - kept: appends the response to a request's bytes where it is known; it must not block.
  ///   - atOnce: gives the response where it takes no waiting, and keeps it.
  ///   - handler: gives it otherwise.
  mutating func unary<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    kept: @escaping @Sendable (UnsafeRawBufferPointer, inout ByteBuffer) -> Bool,
    atOnce: @escaping @Sendable (Request, UnsafeRawBufferPointer) throws -> Response?,
    _ handler: @escaping @Sendable (Request, RPCCall) async throws -> Response
  ) {
    let (limits, errors) = (limits, errors)
    noteUnbound(method)
    router.unary(method.path) { buffer, _, reply in
      do {
        return try buffer.withUnsafeReadableBytes { bytes in
          if kept(bytes, &reply) { return true }
          let request = try Request(wire: bytes, limits: limits)
          guard let response = try atOnce(request, bytes) else { return false }
          reply.write(packing: response)
          return true
        }
      } catch {
        throw errors.rpcError(error, method.path)
      }
    } _: { buffer, call in
      do {
        return ByteBuffer(packing: try await handler(try buffer.message(limits: limits), call))
      } catch {
        throw errors.rpcError(error, method.path)
      }
    }
  }

  /// A method that streams responses for as long as it wants to.
  mutating func serverStream<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ handler:
      @escaping @Sendable (Request, RPCCall, MessageWriter<Response>) async throws -> Void
  ) {
    let (limits, errors, binding) = (limits, errors, binding)
    note(method)
    router.serverStream(method.path) { buffer, call, responses in
      do {
        let request: Request = try buffer.message(limits: limits)
        try await binding.check(request, call, method.path)
        try await handler(request, call, MessageWriter(responses))
      } catch {
        throw errors.rpcError(error, method.path)
      }
    }
  }

  /// A method that streams what others push into it.
  mutating func push<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ handler: @escaping @Sendable (Request, RPCCall, MessageWriter<Response>) throws -> Void
  ) {
    let (limits, errors, binding) = (limits, errors, binding)
    note(method)
    router.push(method.path) { buffer, call, responses in
      @Sendable func end(_ error: any Error) {
        responses.finish(errors.rpcError(error, method.path))
      }
      do {
        let request: Request = try buffer.message(limits: limits)
        binding.check(request, call, method.path) { refusal in
          if let refusal { return end(refusal) }
          do { try handler(request, call, MessageWriter(responses)) } catch { end(error) }
        }
      } catch {
        end(error)
      }
    }
  }

  /// A method that streams both ways.
  mutating func bidirectional<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ handler:
      @escaping @Sendable (MessageStream<Request>, RPCCall, MessageWriter<Response>) async throws ->
      Void
  ) {
    let (limits, errors) = (limits, errors)
    noteUnbound(method)
    router.bidirectional(method.path) { requests, call, responses in
      do {
        let messages = MessageStream<Request>(requests: requests, limits: limits)
        try await handler(messages, call, MessageWriter(responses))
      } catch {
        throw errors.rpcError(error, method.path)
      }
    }
  }

  /// A method that acts for nobody, so that no binding has to be looked at.
  private mutating func noteUnbound(_ method: any AnyRPCMethod) {
    precondition(
      !(method.requestType is any ActingRequest.Type), "\(method.path) acts for an agent")
    note(method)
  }

  private mutating func note(_ method: any AnyRPCMethod) {
    kinds[method.path] = method.kind
  }
}

extension RepeatableRequest {
  /// The command as the engine takes it.
  func submission(
    of command: Command, by peer: RPCPeer, _ path: String
  ) throws(FieldError) -> Submission {
    let actor = Actor(userID: peer.uid)
    guard let key = try key(for: actor) else { return Submission(command, actor: actor) }
    return Submission(
      command, actor: actor, requestKey: key, fingerprint: fingerprint(path: path))
  }
}

extension CommandCall {
  /// The response to what the engine says.
  func response(to result: Result<Answer, EngineError>, at clocks: Clocks) throws -> Response {
    let answer = try result.get()
    let reply: Reply
    do throws(Rejection) {
      reply = try answer.get()
    } catch {
      throw Refusal(error, queue: queue).decided(at: answer.position)
    }
    guard let response = response(reply, CallAnswer(position: answer.position, clocks: clocks))
    else { throw Refusal.defect }
    return response
  }
}
