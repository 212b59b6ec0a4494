import CallbackMessages
import ProtobufC

/// Methods and their messages, for people.
enum MethodText {
  /// A line each, service by service.
  static func list(_ methods: [any AnyRPCMethod], _ look: Look) -> String {
    var lines: [String] = []
    var service = ""
    let width = methods.map(\.name.count).max() ?? 0
    for method in methods {
      if method.service != service {
        if !service.isEmpty { lines.append("") }
        service = method.service
        lines.append(look.style.bold(service))
      }
      let gap = String(repeating: " ", count: width - method.name.count + 2)
      lines.append("  \(method.name)\(gap)\(method.summary)")
    }
    return lines.joined(separator: "\n")
  }

  /// A method with the fields of its messages and the reasons of its refusals.
  static func detail(_ method: any AnyRPCMethod, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("method", "\(method.service)/\(method.name)")
    fields.add("kind", kind(method.kind))
    fields.add("does", method.summary)
    let roles = method.roles.map(\.words) + ["admin"]
    fields.add("roles", Array(Set(roles)).sorted().joined(separator: ", "))
    fields.add("repeatable", method.mutates ? "with the same requestId" : "")
    fields.add("may refuse", method.reasons.map(reasonName).joined(separator: ", "))
    let blocks = messages(of: method).map { block($0, look) }
    return ([fields.rendered(look.style)] + blocks).joined(separator: "\n\n")
  }

  /// A reason as refusals name it.
  static func reasonName(_ reason: OptionsV1.Reason) -> String {
    reason.words.uppercased().replacing(" ", with: "_")
  }

  private static func kind(_ kind: CallKind) -> String {
    switch kind {
    case .unary: "one request, one response"
    case .serverStream: "one request, a stream of responses"
    case .clientStream: "a stream of requests, one response"
    case .bidirectional: "a stream each way"
    }
  }

  /// The messages of a method and those in them, each once.
  static func messages(of method: any AnyRPCMethod) -> [MessageDescriptor] {
    var described = Set<String>()
    return messages(method.requestType.descriptor, &described)
      + messages(method.responseType.descriptor, &described)
  }

  /// The message and those in it, each once; Google's own types have forms of their own in JSON.
  private static func messages(
    _ message: MessageDescriptor, _ described: inout Set<String>
  ) -> [MessageDescriptor] {
    guard !message.name.hasPrefix("google."), described.insert(message.name).inserted else {
      return []
    }
    return [message]
      + message.fields.flatMap { field in
        field.message.map { messages($0, &described) } ?? []
      }
  }

  private static func block(_ message: MessageDescriptor, _ look: Look) -> String {
    let title = look.style.bold(message.name)
    let fields = message.fields
    if fields.isEmpty { return "\(title)\n  (no fields)" }
    let width = fields.map { JSONName.of($0.name).count }.max() ?? 0
    let lines = fields.map { field in
      let name = JSONName.of(field.name)
      let gap = String(repeating: " ", count: width - name.count + 2)
      return "  \(name)\(gap)\(type(field))\(field.isInOneof ? ", one of" : "")"
    }
    return ([title] + lines).joined(separator: "\n")
  }

  /// The form of a field's values in JSON.
  static func type(_ field: FieldDescriptor) -> String {
    let single =
      switch field.kind {
      case .message: WellKnownForm.of(field.message?.name ?? "")
      case .enumeration: field.enumValues.dropFirst().map(\.name).joined(separator: " | ")
      case .bool: "true or false"
      case .string: "text"
      case .bytes: "base64"
      case .int64, .sint64, .sfixed64, .uint64, .fixed64: "whole number, as text"
      case .int32, .sint32, .sfixed32, .uint32, .fixed32: "whole number"
      case .float, .double: "number"
      }
    return field.isRepeated ? "list of \(single)" : single
  }
}

/// Names of fields in JSON.
enum JSONName {
  /// `callback_id` as `callbackId`.
  static func of(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

/// What Google's own types look like in JSON.
enum WellKnownForm {
  /// The form of a message type; its name where it has none of its own.
  static func of(_ name: String) -> String {
    switch name {
    case "google.protobuf.Timestamp": "time, such as 2026-11-23T14:30:00Z"
    case "google.protobuf.Duration": "duration, such as 20s"
    case "google.protobuf.UInt32Value": "whole number, or left out"
    default: name
    }
  }
}
