import CallbackMessages
import ProtobufC
import Testing

@Suite("Enums are open and know their names")
struct EnumTests {
  @Test("names lead to values and back")
  func names() {
    #expect(V1.CallbackState.retryWait.protoName == "CALLBACK_STATE_RETRY_WAIT")
    #expect(V1.CallbackState(protoName: "CALLBACK_STATE_RETRY_WAIT") == .retryWait)
    #expect(V1.CallbackState(protoName: "RETRY_WAIT") == nil)
    for value in V1.CallbackState.allCases {
      #expect(value.protoName.flatMap(V1.CallbackState.init(protoName:)) == value)
    }
  }

  @Test("a number from the future is kept and has no name")
  func unknown() throws {
    let future = V1.CallbackState(rawValue: 12_345)
    #expect(!future.isKnown)
    #expect(future.description == "12345")
    let callback = V1.Callback(state: future)
    #expect(try V1.Callback(wire: callback.serialized()).state == future)
  }
}
