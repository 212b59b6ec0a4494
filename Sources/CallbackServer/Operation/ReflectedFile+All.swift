import CallbackMessages
import RPCServices

extension ReflectedFile {
  /// The proto files as this program was built with them.
  static var all: [ReflectedFile] {
    ProtoFile.all.map { file in
      ReflectedFile(
        name: file.name, imports: file.imports, symbols: file.symbols,
        extensions: file.extensions.map { .init(type: $0.type, number: $0.number) },
        descriptor: { file.descriptor })
    }
  }
}
