import CallbackMessages
import Foundation
import ProtobufC
import SampleMessages
import Testing

@Suite("The same bytes and the same JSON as Google's protobuf for Python")
struct GoldenTests {
  struct Vector: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let json: String
    var testDescription: String { name }
  }

  @Test("every vector, both ways")
  func vectors() throws {
    let types = Dictionary(
      uniqueKeysWithValues: EveryMessageTests.types.map { ($0.messageName, $0) })
    let vectors = try Self.read()
    #expect(vectors.count >= 2 * SampleTypes.all.count)
    for vector in vectors {
      let type = try #require(types[vector.name], "\(vector.name) is in the proto files")
      try check(type, vector)
    }
  }

  private func check<Message: WireMessage>(_ type: Message.Type, _ vector: Vector) throws {
    var printing = MessageJSON.PrintOptions()
    printing.types = MessageTypes.descriptors
    var parsing = MessageJSON.ParseOptions()
    parsing.types = MessageTypes.descriptors
    let value = try Message(wire: vector.bytes, limits: .reply)
    #expect(value.serialized() == vector.bytes, "\(vector.name) packs as Python does")
    #expect(try value.json(printing) == vector.json, "\(vector.name)")
    #expect(
      try Message(json: vector.json, options: parsing) == value,
      "\(vector.name) reads Python's JSON")
    #expect(
      try MessageJSON.bytes(from: vector.json, as: type.descriptor, options: parsing)
        == vector.bytes, "\(vector.name) packs Python's JSON as Python does")
  }

  private static func read() throws -> [Vector] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Samples/Golden/vectors.tsv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      let columns = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      return Vector(
        name: String(columns[0]), bytes: bytes(ofHex: columns[1]), json: String(columns[2]))
    }
  }

  private static func bytes(ofHex text: Substring) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
