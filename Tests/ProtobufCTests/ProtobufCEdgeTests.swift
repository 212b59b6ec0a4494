import CSampleProtos
import Glibc
import ProtobufC
import SampleMessages
import Testing

/// What protobuf-c 1.4.1 does and our code relies on or works around: should a newer version behave
/// otherwise, these tests say so.
@Suite("Edges of protobuf-c")
struct ProtobufCEdgeTests {
  @Test("the init function sets the description and the empty strings")
  func initFunction() {
    var scalars = Sample__V1__Scalars()
    #expect(scalars.base.descriptor == nil)
    sample__v1__scalars__init(&scalars)
    #expect(MessageDescriptor(scalars.base.descriptor) == SampleV1.Scalars.descriptor)
    #expect(scalars.string.pointee == 0)
  }

  @Test("protobuf-c itself takes bytes for text that is not UTF-8, and cuts text at NUL")
  func text() {
    let arena = Arena()
    defer { withExtendedLifetime(arena) {} }
    let vectors: [[UInt8]] = [[0x72, 1, 0xFF], [0x72, 3, 0x61, 0, 0x62]]
    for bytes in vectors {
      let message = sample__v1__scalars__unpack(arena.allocator, bytes.count, bytes)
      #expect(message.map { strlen($0.pointee.string) } == 1)
    }
  }

  @Test("protobuf-c itself merges a repeated submessage and loses the first one's numbers")
  func merge() {
    let arena = Arena()
    defer { withExtendedLifetime(arena) {} }
    // at { seconds: 5 } at { nanos: 7 }: merged by the rules, both stay.
    let bytes: [UInt8] = [0x0A, 2, 0x08, 5, 0x0A, 2, 0x10, 7]
    let message = sample__v1__well_known__unpack(arena.allocator, bytes.count, bytes)
    #expect(message?.pointee.at.pointee.seconds == 0)
    #expect(message?.pointee.at.pointee.nanos == 7)
    #expect(throws: WireError(.duplicateMessage, path: "at")) {
      try SampleV1.WellKnown(wire: bytes)
    }
  }

  @Test("an allocator that answers NULL makes unpacking fail cleanly, at any moment")
  func exhaustion() {
    let value = SampleV1.Tree(
      name: "root", child: .init(name: "child"), children: [.init(), .init(name: "x")],
      either: .left(.init(name: "left")), byName: ["a": .init()])
    let bytes = value.serialized()
    for limit in stride(from: 0, to: 4096, by: 16) {
      let arena = Arena(capacity: 4096, limit: limit)
      let message = sample__v1__tree__unpack(arena.allocator, bytes.count, bytes)
      #expect((message == nil) == arena.refusedMemory)
    }
  }

  @Test("of a map's entries with one key the last counts; an entry may lack key, value or both")
  func mapEntries() throws {
    let twice: [UInt8] = [
      0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x31, 0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x32,
    ]
    #expect(try SampleV1.Maps(wire: twice).text == ["a": "2"])
    #expect(try SampleV1.Maps(wire: [0x0A, 0]).text == ["": ""])
    #expect(try SampleV1.Maps(wire: [0x12, 2, 0x08, 5]).message == [5: .init()])
    let json = try MessageJSON.text(of: [0x12, 2, 0x08, 5], as: SampleV1.Maps.descriptor)
    #expect(json == #"{"message":{"5":{}}}"#)
    let last = try MessageJSON.text(of: twice, as: SampleV1.Maps.descriptor)
    #expect(last == #"{"text":{"a":"2"}}"#)
  }

  @Test("no bytes at a NULL pointer are an empty message")
  func null() throws {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    #expect(try SampleV1.Scalars(wire: nothing) == .init())
  }

  @Test("50,000 empty submessages are refused before they ask for memory")
  func manyEmpty() {
    let bytes = Array(repeating: [0x1A, 0] as [UInt8], count: 50_000).flatMap { $0 }
    var limits = WireLimits.standard
    #expect(throws: WireError(.tooLarge)) { try SampleV1.Tree(wire: bytes, limits: limits) }
    limits.bytes = bytes.count
    #expect(throws: WireError(.tooManyFields)) { try SampleV1.Tree(wire: bytes, limits: limits) }
    limits.fields = 50_000
    #expect(throws: WireError(.outOfMemory)) { try SampleV1.Tree(wire: bytes, limits: limits) }
  }

  @Test("a varint longer than its type is cut to it, as Google's protobuf does")
  func longVarint() throws {
    let bytes: [UInt8] = [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    #expect(try SampleV1.Scalars(wire: bytes).int32 == -1)
    #expect(try SampleV1.Scalars(wire: [0x68, 0x80, 0x01]).bool)
  }
}
