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
  /// What it adds to messages of other files: the full name of the message, and the number.
  public let extensions: [(type: String, number: Int32)]
  private let range: Range<Int>

  init(
    name: String, package: String, imports: [String], symbols: [String],
    extensions: [(type: String, number: Int32)], range: Range<Int>
  ) {
    self.name = name
    self.package = package
    self.imports = imports
    self.symbols = symbols
    self.extensions = extensions
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
