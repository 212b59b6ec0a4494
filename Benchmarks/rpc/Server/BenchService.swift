import BenchMessages
import NIOCore
import ProtobufC
import UnixRPC

/// The methods that are measured.
struct BenchService: Sendable {
  private let table = CallerTable()
  private let maker: AlertMaker

  init() {
    maker = AlertMaker(table: table)
  }

  func router() -> RPCRouter {
    var router = RPCRouter()
    router.immediate("/bench.v1.Bench/Resolve") { [maker] request, _, reply in
      try maker.resolve(request, into: &reply)
    }
    router.immediate("/bench.v1.Bench/ResolveValues") { [table] request, _, reply in
      let request = try request.withUnsafeReadableBytes { try BenchV1.ResolveRequest(wire: $0) }
      _ = BenchV1.ResolveReply(alert: .init(calling: request.callerNumber, in: table))
        .withPackable { message in
          reply.writeWithUnsafeMutableBytes(minimumWritableBytes: message.packedSize) { room in
            message.pack(into: room)
          }
        }
    }
    router.unary("/bench.v1.Bench/ResolveAsync") { [maker] request, _ in
      var reply = ByteBuffer()
      try maker.resolve(request, into: &reply)
      return reply
    }
    let clerk = Clerk(table: table)
    router.unary("/bench.v1.Bench/ResolveLater") { request, _ in
      try await clerk.resolve(request)
    }
    router.serverStream("/bench.v1.Bench/Watch", watch)
    return router
  }

  @Sendable
  private func watch(
    request: ByteBuffer, call: RPCCall, responses: RPCResponseWriter
  ) async throws {
    let request = try request.withUnsafeReadableBytes { try BenchV1.WatchRequest(wire: $0) }
    // A writer that was suspended may go on on another thread: it has a maker of its own.
    let maker = AlertMaker(table: table)
    for _ in 0..<request.count {
      try await responses.write(upTo: AlertMaker.maximumAlertBytes) { maker.alert(into: $0) }
    }
  }
}

/// Answers on another thread than the event loop's.
actor Clerk {
  private let maker: AlertMaker

  init(table: CallerTable) {
    maker = AlertMaker(table: table)
  }

  func resolve(_ request: ByteBuffer) throws -> ByteBuffer {
    var reply = ByteBuffer()
    try maker.resolve(request, into: &reply)
    return reply
  }
}

extension BenchV1.Alert {
  /// The same answer as ``AlertMaker`` makes, as a Swift value.
  init(calling number: String, in table: CallerTable) {
    let caller = table.caller(number)
    let now = AlertMaker.milliseconds()
    self.init(
      callbackID: AlertMaker.identifier(now, UInt64.random(in: 0 ... .max)),
      callerName: String(cString: caller.name), callerNumber: number,
      labels: caller.label == 2 ? [2, 7] : [caller.label], location: "Springfield North",
      adSource: "Google Ads", queue: "callbacks-main", requestedAtMs: now,
      card: caller.label == 4 ? 3 : caller.label, cardRecordID: String(cString: caller.recordID))
  }
}
