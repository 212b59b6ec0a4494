import InteropMessages
import NIOCore
import ProtobufC
import UnixRPC

/// The methods of gRPC's interop services, by path.
public enum TestService {
  public static let emptyCall = path("EmptyCall")
  public static let unaryCall = path("UnaryCall")
  public static let streamingOutputCall = path("StreamingOutputCall")
  public static let streamingInputCall = path("StreamingInputCall")
  public static let fullDuplexCall = path("FullDuplexCall")
  public static let halfDuplexCall = path("HalfDuplexCall")
  /// No server offers these two.
  public static let unimplementedCall = path("UnimplementedCall")
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
