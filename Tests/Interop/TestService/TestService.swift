import InteropMessages
import NIOCore
import ProtobufC
import UnixRPC

/// The methods of gRPC's interop services, by path.
public enum TestService {
  /// Answers nothing with nothing.
  public static let emptyCall = path("EmptyCall")
  /// Answers with a payload.
  public static let unaryCall = path("UnaryCall")
  /// Answers one request with a stream of payloads.
  public static let streamingOutputCall = path("StreamingOutputCall")
  /// Counts a stream of payloads.
  public static let streamingInputCall = path("StreamingInputCall")
  /// Answers each request as it comes.
  public static let fullDuplexCall = path("FullDuplexCall")
  /// Answers all requests after the last.
  public static let halfDuplexCall = path("HalfDuplexCall")
  /// Is in the service's description and nowhere else.
  public static let unimplementedCall = path("UnimplementedCall")
  /// A method of a service that no server offers.
  public static let unimplementedService = "/grpc.testing.UnimplementedService/UnimplementedCall"

  /// Metadata that a server sends back before the first message.
  public static let echoInitialKey = "x-grpc-test-echo-initial"
  /// Metadata that a server sends back with the status.
  public static let echoTrailingKey = "x-grpc-test-echo-trailing-bin"

  /// The cases' messages have up to 314,159 bytes of payload.
  public static let maximumMessageBytes = 4 << 20

  private static func path(_ method: String) -> String { "/grpc.testing.TestService/\(method)" }
}

extension GRPCTesting.Payload {
  /// So many zeros.
  public static func zeros(_ count: Int) -> Self {
    Self(type: .compressable, body: [UInt8](repeating: 0, count: count))
  }
}

extension WireMessage {
  /// Decodes a message of the cases.
  /// - Throws: INVALID_ARGUMENT where the bytes are no such message.
  public init(_ buffer: ByteBuffer) throws(RPCError) {
    do {
      self = try buffer.withUnsafeReadableBytes { bytes in try Self(wire: bytes, limits: .reply) }
    } catch {
      throw RPCError(.invalidArgument, "\(Self.messageName): \(error)")
    }
  }

  /// The packed message.
  public var buffer: ByteBuffer { ByteBuffer(bytes: serialized()) }
}
