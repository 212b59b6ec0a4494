internal import CCallbackProtos

/// A proto file as gRPC's server reflection gives it away.
public struct ProtoFile: Sendable {
  /// The name by which other files import it, such as `callback/v1/types.proto`.
  public let name: String
  /// The package of what it declares.
  public let package: String
  /// The files it imports.
  public let imports: [String]
  /// The full names of all that it declares.
  public let symbols: [String]
  private let range: Range<Int>

  init(
    name: String, package: String, imports: [String], symbols: [String], range: Range<Int>
  ) {
    self.name = name
    self.package = package
    self.imports = imports
    self.symbols = symbols
    self.range = range
  }

  /// The file as a packed `google.protobuf.FileDescriptorProto`, without comments.
  public var descriptor: [UInt8] { [UInt8](Self.set[range]) }

  /// All files as a packed `google.protobuf.FileDescriptorSet`.
  public static var descriptorSet: [UInt8] { [UInt8](set) }

  /// The file that declares a full name, such as `callback.v1.CallbackService`.
  public static func declaring(_ symbol: String) -> ProtoFile? {
    all.first { $0.symbols.contains(symbol) }
  }

  /// The constant bytes that the C target holds.
  private static var set: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: callback_proto_files(), count: callback_proto_files_size())
  }
}
