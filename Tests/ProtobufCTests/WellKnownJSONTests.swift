import CallbackMessages
import ProtobufC
import SampleMessages
import Testing

@Suite("Google's types with a JSON form of their own")
struct WellKnownJSONTests {
  @Test(
    "a moment is RFC 3339 in UTC, with as many digits as it needs",
    arguments: [
      (0, 0, "1970-01-01T00:00:00Z"), (951_782_400, 0, "2000-02-29T00:00:00Z"),
      (-1, 999_000_000, "1969-12-31T23:59:59.999Z"),
      (1_763_823_941, 1, "2025-11-22T15:05:41.000000001Z"),
      (1_763_823_941, 12_000, "2025-11-22T15:05:41.000012Z"),
      (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
      (253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
      (4_107_542_399, 0, "2100-02-28T23:59:59Z"), (4_107_542_400, 0, "2100-03-01T00:00:00Z"),
    ] as [(Int64, Int32, String)])
  func timestamp(_ seconds: Int64, _ nanos: Int32, _ text: String) throws {
    let value = GoogleProtobuf.Timestamp(seconds: seconds, nanos: nanos)
    #expect(try value.json() == "\"\(text)\"")
    #expect(try GoogleProtobuf.Timestamp(json: "\"\(text)\"") == value)
  }

  @Test("a moment may be given with an offset")
  func offset() throws {
    let value = GoogleProtobuf.Timestamp(seconds: 3600)
    #expect(try GoogleProtobuf.Timestamp(json: #""1970-01-01T03:00:00+02:00""#) == value)
    #expect(try GoogleProtobuf.Timestamp(json: #""1969-12-31T20:00:00-05:00""#) == value)
  }

  @Test(
    "no moment",
    arguments: [
      "1970-01-01", "1970-01-01T00:00:00", "1970-02-30T00:00:00Z", "1900-02-29T00:00:00Z",
      "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:00:60Z",
      "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z", "0000-01-01T00:00:00Z",
      "1970-01-01T00:00:00Zx", "70-01-01T00:00:00Z", "",
    ])
  func noTimestamp(_ text: String) {
    #expect(throws: JSONError(.malformedText)) {
      try GoogleProtobuf.Timestamp(json: "\"\(text)\"")
    }
  }

  @Test(
    "a length of time is seconds with an s",
    arguments: [
      (0, 0, "0s"), (1, 500_000_000, "1.500s"), (-1, -500_000_000, "-1.500s"),
      (0, -1, "-0.000000001s"), (315_576_000_000, 0, "315576000000s"), (3, 1_000, "3.000001s"),
    ] as [(Int64, Int32, String)])
  func duration(_ seconds: Int64, _ nanos: Int32, _ text: String) throws {
    let value = GoogleProtobuf.Duration(seconds: seconds, nanos: nanos)
    #expect(try value.json() == "\"\(text)\"")
    #expect(try GoogleProtobuf.Duration(json: "\"\(text)\"") == value)
  }

  @Test("no length of time", arguments: ["1", "s", "1.s", "+1s", "1s ", "315576000001s", "--1s"])
  func noDuration(_ text: String) {
    #expect(throws: JSONError(.malformedText)) {
      try GoogleProtobuf.Duration(json: "\"\(text)\"")
    }
  }

  @Test("times without a text form have no JSON")
  func outOfRange() {
    #expect(throws: JSONError(.outOfRange)) {
      try GoogleProtobuf.Timestamp(seconds: 253_402_300_800).json()
    }
    #expect(throws: JSONError(.outOfRange)) { try GoogleProtobuf.Timestamp(nanos: -1).json() }
    #expect(throws: JSONError(.outOfRange)) {
      try GoogleProtobuf.Duration(seconds: 1, nanos: -1).json()
    }
    #expect(throws: JSONError(.outOfRange, path: "at")) {
      try SampleV1.WellKnown(at: .init(seconds: .max)).json()
    }
  }

  @Test("a wrapper is its value; absent and zero differ")
  func wrappers() throws {
    let value = SampleV1.WellKnown(
      int32: .init(), int64: .init(value: -5), uint64: .init(value: .max), bool: .init(),
      string: .init(value: "a"), bytes: .init(value: [1]), double: .init(value: .infinity))
    let json =
      #"{"int32":0,"int64":"-5","uint64":"18446744073709551615","bool":false,"string":"a","#
      + #""bytes":"AQ==","double":"Infinity"}"#
    #expect(try value.json() == json)
    #expect(try SampleV1.WellKnown(json: json) == value)
    #expect(try SampleV1.WellKnown(json: #"{"int32":null}"#) == .init())
  }

  @Test("an Any shows what it holds, if the type is known")
  func any() throws {
    var printing = MessageJSON.PrintOptions()
    printing.types = MessageTypes.descriptors
    var parsing = MessageJSON.ParseOptions()
    parsing.types = MessageTypes.descriptors
    let info = GoogleRPC.ErrorInfo(reason: "NO_QUEUE", domain: "callback.v1")
    let status = GoogleRPC.Status(
      code: 9,
      details: [
        .init(typeURL: "type.googleapis.com/google.rpc.ErrorInfo", value: info.serialized()),
        .init(
          typeURL: "type.googleapis.com/google.protobuf.Duration",
          value: GoogleProtobuf.Duration(seconds: 2).serialized()),
        .init(),
      ])
    let json =
      #"{"code":9,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","#
      + #""reason":"NO_QUEUE","domain":"callback.v1"},"#
      + #"{"@type":"type.googleapis.com/google.protobuf.Duration","value":"2s"},{}]}"#
    #expect(try status.json(printing) == json)
    #expect(try GoogleRPC.Status(json: json, options: parsing) == status)
    #expect(throws: JSONError(.unknownType, path: "details.google.rpc.ErrorInfo")) {
      try status.json()
    }
    #expect(throws: JSONError(.unknownType, path: "details.[0].@type")) {
      try GoogleRPC.Status(json: #"{"details":[{"@type":"a/b.C"}]}"#, options: parsing)
    }
  }
}
