import CallbackMessages
import ProtobufC

/// Why a question has no answer: a reason of ``WireError``, or what is wrong with JSON.
struct MirrorRefusal: Error {
  var reason: String
}

/// Holds messages up to the code that the daemon and its clients use for them.
enum Mirror {
  /// The message after a way through its Swift value, or in the other form.
  static func answer(
    _ question: MirrorQuestion, _ types: [String: any WireMessage.Type]
  ) -> Result<[UInt8], MirrorRefusal> {
    // The older reflection has the messages of the newer one, and is served with them.
    let name = question.name.replacing("grpc.reflection.v1alpha.", with: "grpc.reflection.v1.")
    guard let type = types[name] else { return .failure(.init(reason: "unknownType")) }
    switch question.kind {
    case UInt8(ascii: "b"): return through(type, question.content)
    case UInt8(ascii: "j"): return json(type, question.content)
    case UInt8(ascii: "p"): return parsed(type, question.content)
    default: return .failure(.init(reason: "unknownKind"))
    }
  }

  private static func through(
    _ type: any WireMessage.Type, _ bytes: [UInt8]
  ) -> Result<[UInt8], MirrorRefusal> {
    do throws(WireError) {
      return .success(try type.init(wire: bytes).serialized())
    } catch {
      return .failure(.init(reason: error.reason.rawValue))
    }
  }

  private static func json(
    _ type: any WireMessage.Type, _ bytes: [UInt8]
  ) -> Result<[UInt8], MirrorRefusal> {
    var options = MessageJSON.PrintOptions()
    options.types = MessageTypes.descriptors
    do throws(JSONError) {
      let text = try MessageJSON.text(of: bytes, as: type.descriptor, options: options)
      return .success(Array(text.utf8))
    } catch {
      return .failure(.init(reason: "\(error)"))
    }
  }

  private static func parsed(
    _ type: any WireMessage.Type, _ text: [UInt8]
  ) -> Result<[UInt8], MirrorRefusal> {
    var options = MessageJSON.ParseOptions()
    options.types = MessageTypes.descriptors
    do throws(JSONError) {
      return .success(
        try MessageJSON.bytes(
          from: String(decoding: text, as: UTF8.self), as: type.descriptor, options: options))
    } catch {
      return .failure(.init(reason: "\(error)"))
    }
  }
}
