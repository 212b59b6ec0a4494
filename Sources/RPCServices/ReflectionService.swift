import NIOCore
import RPCMessages
public import UnixRPC

/// `grpc.reflection.v1` and its older name v1alpha: tools list, describe and call what a server
/// serves without having its proto files.
public struct ReflectionService: Sendable {
  /// The full names of the service.
  public static let names = [
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
  ]

  private typealias Request = ReflectionV1.ServerReflectionRequest
  private typealias Response = ReflectionV1.ServerReflectionResponse

  private let index: FileIndex
  private let services: [String]

  /// Gives away files.
  ///
  /// - Parameter services: the full names of the services that the server has beside this one.
  public init(files: [ReflectedFile], services: [String]) {
    index = FileIndex(files)
    self.services = (services + Self.names).sorted()
  }

  /// Adds the methods to a server's.
  public func register(on router: inout RPCRouter) {
    // Both names have the same messages.
    for name in Self.names {
      router.bidirectional("/\(name)/ServerReflectionInfo") { requests, _, responses in
        var sent: Set<String> = []
        for try await buffer in requests {
          let answer = answer(try buffer.request(Request.self), &sent)
          try await responses.write(ByteBuffer(packing: answer))
        }
      }
    }
  }

  private func answer(_ request: Request, _ sent: inout Set<String>) -> Response {
    var response = Response(validHost: request.host, originalRequest: request)
    switch request.messageRequest {
    case .fileByFilename(let name):
      response.messageResponse = files(index.file(named: name), &sent)
    case .fileContainingSymbol(let symbol):
      response.messageResponse = files(index.file(declaring: symbol), &sent)
    case .fileContainingExtension(let asked):
      response.messageResponse = files(
        index.file(extending: asked.containingType, asked.extensionNumber), &sent)
    case .allExtensionNumbersOfType(let type):
      response.messageResponse =
        index.extensionNumbers(of: type).map {
          .allExtensionNumbersResponse(.init(baseTypeName: type, extensionNumber: $0))
        } ?? Self.notFound
    case .listServices:
      response.messageResponse = .listServicesResponse(
        .init(service: services.map { ReflectionV1.ServiceResponse(name: $0) }))
    case nil:
      response.messageResponse = Self.error(.invalidArgument, "Nothing is asked for.")
    }
    return response
  }

  private func files(
    _ file: ReflectedFile?, _ sent: inout Set<String>
  ) -> Response.MessageResponse {
    guard let file else { return Self.notFound }
    return .fileDescriptorResponse(
      .init(
        fileDescriptorProto: index.closure(of: file, without: &sent).map { $0.descriptor() }))
  }

  private static let notFound = error(.notFound, "The server knows nothing of this name.")

  private static func error(_ code: RPCCode, _ message: String) -> Response.MessageResponse {
    .errorResponse(.init(errorCode: Int32(code.rawValue), errorMessage: message))
  }
}
