import CallbackMessages
import ProtobufC

/// Methods and their messages, for programs; names are those of the proto files.
enum MethodJSON {
  /// A method as one line.
  static func line(_ method: any AnyRPCMethod) -> String { object(members(method)) }

  /// A method with its messages, as one line.
  static func detail(_ method: any AnyRPCMethod) -> String {
    let messages = MethodText.messages(of: method).map(message)
    return object(members(method) + [("messages", list(messages))])
  }

  private static func members(_ method: any AnyRPCMethod) -> [(String, String)] {
    [
      ("method", quoted("\(method.service)/\(method.name)")),
      ("kind", quoted(method.kind.rawValue)), ("summary", quoted(method.summary)),
      ("request", quoted(method.requestType.messageName)),
      ("response", quoted(method.responseType.messageName)),
      ("roles", list(method.roles.map { quoted($0.description) })),
      ("mutates", "\(method.mutates)"),
      ("reasons", list(method.reasons.map { quoted(MethodText.reasonName($0)) })),
    ]
  }

  private static func message(_ message: MessageDescriptor) -> String {
    let fields = message.fields.map { field in
      object([
        ("name", quoted(JSONName.of(field.name))), ("type", quoted(MethodText.type(field))),
        ("oneOf", "\(field.isInOneof)"),
      ])
    }
    return object([("message", quoted(message.name)), ("fields", list(fields))])
  }

  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  private static func list(_ elements: [String]) -> String {
    "[" + elements.joined(separator: ",") + "]"
  }

  private static func quoted(_ text: String) -> String { JSONString.quoted(text) }
}
