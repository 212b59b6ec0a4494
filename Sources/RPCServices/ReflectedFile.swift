/// A proto file as a server gives it away.
public struct ReflectedFile: Sendable {
  /// An extension of a message.
  public struct Extension: Hashable, Sendable {
    /// The full name of the message that is extended.
    public var type: String
    /// The number.
    public var number: Int32

    /// Names an extension.
    public init(type: String, number: Int32) {
      self.type = type
      self.number = number
    }
  }

  /// The name by which other files import it.
  public var name: String
  /// The files that it imports.
  public var imports: [String]
  /// The full names of all that it declares.
  public var symbols: [String]
  /// The extensions that it declares.
  public var extensions: [Extension]
  /// The packed `google.protobuf.FileDescriptorProto`.
  public var descriptor: @Sendable () -> [UInt8]

  /// Describes a file.
  public init(
    name: String, imports: [String], symbols: [String], extensions: [Extension],
    descriptor: @escaping @Sendable () -> [UInt8]
  ) {
    self.name = name
    self.imports = imports
    self.symbols = symbols
    self.extensions = extensions
    self.descriptor = descriptor
  }
}
