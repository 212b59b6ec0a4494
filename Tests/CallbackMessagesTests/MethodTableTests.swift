import CallbackMessages
import ProtobufC
import Testing

@Suite("The tables of methods say what the protos say")
struct MethodTableTests {
  @Test("a method knows its path, kind, roles and reasons")
  func requestCallback() {
    let method = CallbackServiceMethods.requestCallback
    #expect(method.path == "/callback.v1.CallbackService/RequestCallback")
    #expect(method.kind == .unary)
    #expect(method.roles.contains(.requester))
    #expect(method.mutates)
    #expect(method.reasons.contains(.noCallbackNumber))
    #expect(!method.summary.isEmpty)
    #expect(CallbackServiceMethods.watchOffers.kind == .serverStream)
    #expect(DialerServiceMethods.dial.kind == .bidirectional)
    #expect(!CallbackServiceMethods.getCallback.mutates)
  }

  @Test("paths are unique and every method is a symbol of some proto file")
  func symbols() {
    #expect(Set(Services.methods.map(\.path)).count == Services.methods.count)
    for method in Services.methods {
      let file = ProtoFile.declaring("\(method.service).\(method.name)")
      #expect(file?.symbols.contains(method.service) == true, "\(method.path)")
    }
  }

  @Test("requests and responses have envelopes of their own")
  func envelopes() {
    for method in Services.methods where method.service.hasPrefix("callback.") {
      let prefix = method.service.split(separator: ".").dropLast().joined(separator: ".") + "."
      #expect(method.requestType.messageName == "\(prefix)\(method.name)Request", "\(method.path)")
      #expect(
        method.responseType.messageName == "\(prefix)\(method.name)Response", "\(method.path)")
    }
  }

  @Test("a unary method that changes something carries a request id, and only such a method")
  func requestIDs() {
    for method in Services.methods where method.kind == .unary {
      let hasID = method.requestType.descriptor.fields.contains { $0.name == "request_id" }
      #expect(hasID == method.mutates, "\(method.path)")
    }
  }
}
