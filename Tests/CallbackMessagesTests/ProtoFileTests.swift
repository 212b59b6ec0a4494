import CallbackMessages
import ProtobufC
import Testing

@Suite("The proto files that server reflection gives away")
struct ProtoFileTests {
  @Test("a file stands after all that it imports")
  func order() {
    var seen = Set<String>()
    for file in ProtoFile.all {
      for name in file.imports { #expect(seen.contains(name), "\(file.name) imports \(name)") }
      #expect(seen.insert(file.name).inserted)
    }
    #expect(seen.contains("callback/v1/callback.proto"))
    #expect(seen.contains("google/protobuf/descriptor.proto"))
  }

  @Test("each descriptor begins with the file's own name")
  func descriptors() {
    for file in ProtoFile.all {
      // FileDescriptorProto.name is field 1.
      let name = Array(file.name.utf8)
      #expect(file.descriptor.starts(with: [0x0A, UInt8(name.count)] + name))
    }
  }

  @Test("the set is the files one after the other")
  func set() {
    var offset = 0
    let set = ProtoFile.descriptorSet
    for file in ProtoFile.all {
      #expect(set[offset] == 0x0A)
      offset += 1
      var (length, shift) = (0, 0)
      while true {
        length |= Int(set[offset] & 0x7F) << shift
        shift += 7
        offset += 1
        if set[offset - 1] < 0x80 { break }
      }
      #expect(Array(set[offset..<offset + length]) == file.descriptor)
      offset += length
    }
    #expect(offset == set.count)
  }

  @Test("a full name leads to the file that declares it")
  func declaring() {
    #expect(
      ProtoFile.declaring("callback.v1.CallbackService")?.name == "callback/v1/callback.proto")
    #expect(
      ProtoFile.declaring("callback.v1.CallbackService.GetCallback")?.name
        == "callback/v1/callback.proto")
    #expect(ProtoFile.declaring("google.rpc.Status.code")?.name == "google/rpc/status.proto")
    #expect(
      ProtoFile.declaring("callback.options.v1.roles")?.name
        == "callback/options/v1/options.proto")
    #expect(ProtoFile.declaring("nothing.Here") == nil)
  }

  @Test("every message type is declared by a file")
  func messages() {
    for type in MessageTypes.all { #expect(ProtoFile.declaring(type.messageName) != nil) }
  }
}
