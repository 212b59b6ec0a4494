import CallbackMessages
import ProtobufC
import SampleMessages
import Testing

@Suite("JSON as protobuf maps it")
struct JSONTests {
  @Test("fields at their default are left out, the others come by number")
  func printing() throws {
    #expect(try SampleV1.Scalars().json() == "{}")
    let value = SampleV1.Scalars(
      int32: -1, int64: .min, uint64: .max, double: 0.1, bool: true, string: "\"\\\n\u{1}é",
      bytes: [0xFB, 0xFF], color: .darkBlue, sign: .init(rawValue: 9))
    let expected =
      #"{"int32":-1,"int64":"-9223372036854775808","uint64":"18446744073709551615","double":0.1,"#
      + #""bool":true,"string":"\"\\\n\u0001é","bytes":"+/8=","color":"COLOR_DARK_BLUE","sign":9}"#
    #expect(try value.json() == expected)
    #expect(try SampleV1.Scalars(json: expected) == value)
  }

  @Test(
    "what drives a terminal or turns its text is escaped",
    arguments: [
      ("\u{7F}\u{9B}2J", #"\u007f\u009b2J"#), ("\u{200F}\u{202E}\u{2066}", #"\u200f\u202e\u2066"#),
      ("\u{A0}é\u{5D0}", "\u{A0}é\u{5D0}"),
    ])
  func controls(text: String, written: String) throws {
    let value = SampleV1.Scalars(string: text)
    #expect(try value.json() == #"{"string":""# + written + #""}"#)
    #expect(try SampleV1.Scalars(json: value.json()) == value)
  }

  @Test("numbers that JSON lacks are strings")
  func notANumber() throws {
    let value = SampleV1.Scalars(float: -.infinity, double: .infinity)
    #expect(try value.json() == #"{"float":"-Infinity","double":"Infinity"}"#)
    #expect(try SampleV1.Scalars(json: value.json()) == value)
    #expect(try SampleV1.Scalars(json: #"{"double":"NaN"}"#).double.isNaN)
    #expect(try SampleV1.Scalars(double: .nan).json() == #"{"double":"NaN"}"#)
  }

  @Test("options change the form, not the meaning")
  func options() throws {
    let value = SampleV1.Names(inner: .init(level: .high), queueID: "q")
    var options = MessageJSON.PrintOptions()
    options.usesProtoNames = true
    options.printsEnumsAsNumbers = true
    #expect(try value.json(options) == #"{"inner":{"level":1},"queue_id":"q"}"#)
    options.isMultiline = true
    #expect(
      try value.json(options) == """
        {
          "inner": {
            "level": 1
          },
          "queue_id": "q"
        }
        """)
    #expect(try SampleV1.Names(json: value.json(options)) == value)
    #expect(try SampleV1.Empty().json(options) == "{\n}" || SampleV1.Empty().json(options) == "{}")
  }

  @Test("defaults are written when asked for, except where absence is told apart")
  func defaults() throws {
    var options = MessageJSON.PrintOptions()
    options.printsDefaults = true
    #expect(try SampleV1.Choice().json(options) == #"{"note":""}"#)
    #expect(
      try SampleV1.Tree().json(options) == #"{"name":"","children":[],"byName":{}}"#)
    #expect(
      try SampleV1.Maps().json(options) == #"{"text":{},"message":{},"color":{},"data":{}}"#)
  }

  /// JSON of a Scalars that says the same as its packed form.
  static let acceptances: [(String, SampleV1.Scalars)] = [
    (#"{"int32": "5"}"#, .init(int32: 5)),
    (#"{"int32": 5.0}"#, .init(int32: 5)),
    (#"{"int32": 1e2}"#, .init(int32: 100)),
    (#"{"int64": 9223372036854775807}"#, .init(int64: .max)),
    (#"{"uint64": "18446744073709551615"}"#, .init(uint64: .max)),
    (#"{"sint64": "-9223372036854775808"}"#, .init(sint64: .min)),
    (#"{"color": 7}"#, .init(color: .darkBlue)),
    (#"{"color": 55}"#, .init(color: .init(rawValue: 55))),
    (#"{"sign": -1}"#, .init(sign: .negative)),
    (#"{"bytes": "-_8"}"#, .init(bytes: [0xFB, 0xFF])),
    (#"{"bytes": "+/8="}"#, .init(bytes: [0xFB, 0xFF])),
    (#"{"double": "1.5"}"#, .init(double: 1.5)),
    (#"{"double": 1}"#, .init(double: 1)),
    (#"{"string": "\ud83d\ude00\u00e9\/"}"#, .init(string: "😀é/")),
    (#"{"string": null, "int32": null}"#, .init()),
    (" {\n} \t", .init()),
  ]

  @Test("accepted", arguments: acceptances)
  func accepted(_ json: String, _ value: SampleV1.Scalars) throws {
    #expect(try SampleV1.Scalars(json: json) == value)
  }

  /// JSON that is no Scalars, and why.
  static let refusals: [(String, JSONError)] = [
    ("", JSONError(.syntax(offset: 0))),
    ("{", JSONError(.syntax(offset: 1))),
    ("{} x", JSONError(.syntax(offset: 3))),
    (#"{"int32":01}"#, JSONError(.syntax(offset: 11))),
    (#"{"int32":1,}"#, JSONError(.syntax(offset: 11))),
    (#"{"string":"\x"}"#, JSONError(.syntax(offset: 13))),
    (#"{"string":"\ud83d"}"#, JSONError(.syntax(offset: 17))),
    ("{\"string\":\"\n\"}", JSONError(.syntax(offset: 11))),
    ("[]", JSONError(.wrongType)),
    (#"{"nothing":1}"#, JSONError(.unknownField, path: "nothing")),
    (#"{"int32":1,"int32":1}"#, JSONError(.duplicateField, path: "int32")),
    (#"{"int32":2147483648}"#, JSONError(.outOfRange, path: "int32")),
    (#"{"int32":1.5}"#, JSONError(.wrongType, path: "int32")),
    (#"{"int32":"0x1"}"#, JSONError(.wrongType, path: "int32")),
    (#"{"int32":" 1"}"#, JSONError(.wrongType, path: "int32")),
    (#"{"int32":true}"#, JSONError(.wrongType, path: "int32")),
    (#"{"uint32":-1}"#, JSONError(.outOfRange, path: "uint32")),
    (#"{"uint64":18446744073709551616}"#, JSONError(.outOfRange, path: "uint64")),
    (#"{"float":1e39}"#, JSONError(.outOfRange, path: "float")),
    (#"{"double":1e999}"#, JSONError(.outOfRange, path: "double")),
    (#"{"bool":"true"}"#, JSONError(.wrongType, path: "bool")),
    (#"{"bytes":"a"}"#, JSONError(.malformedText, path: "bytes")),
    (#"{"bytes":"a*=="}"#, JSONError(.malformedText, path: "bytes")),
    (#"{"string":"a\u0000"}"#, JSONError(.malformedText, path: "string")),
    (#"{"color":"COLOR_PURPLE"}"#, JSONError(.unknownEnumName, path: "color")),
  ]

  @Test("refused", arguments: refusals)
  func refused(_ json: String, _ error: JSONError) {
    #expect(throws: error) { try SampleV1.Scalars(json: json) }
  }

  @Test("errors name the way to the field")
  func paths() {
    #expect(throws: JSONError(.wrongType, path: "children.[1].name")) {
      try SampleV1.Tree(json: #"{"children":[{},{"name":1}]}"#)
    }
    #expect(throws: JSONError(.wrongType, path: "by_name.key.child")) {
      try SampleV1.Tree(json: #"{"byName":{"key":{"child":1}}}"#)
    }
  }

  @Test("unknown fields and enum names are passed over on request")
  func ignoringUnknown() throws {
    var options = MessageJSON.ParseOptions()
    options.ignoresUnknown = true
    let json = #"{"new":{"a":[1]},"int32":4,"color":"COLOR_PURPLE"}"#
    #expect(try SampleV1.Scalars(json: json, options: options) == .init(int32: 4))
  }

  @Test("two fields of a oneof are refused, null does not count")
  func oneof() throws {
    #expect(throws: JSONError(.oneofGivenTwice, path: "text")) {
      try SampleV1.Choice(json: #"{"number":1,"text":"a"}"#)
    }
    #expect(try SampleV1.Choice(json: #"{"number":null,"text":""}"#).choice == .text(""))
  }

  @Test("maps are objects whose keys are text")
  func maps() throws {
    let json = #"{"message":{"-5":{"int32":1},"10":{}},"color":{"3":"COLOR_RED"}}"#
    let value = try SampleV1.Maps(json: json)
    #expect(value.message == [-5: .init(int32: 1), 10: .init()])
    #expect(value.color == [3: .red])
    #expect(try value.json() == json)
    #expect(throws: JSONError(.duplicateField, path: "text.a")) {
      try SampleV1.Maps(json: #"{"text":{"a":"1","a":"2"}}"#)
    }
  }

  @Test("nesting is limited on both ways")
  func nesting() {
    let deep =
      String(repeating: #"{"child":"#, count: 33) + "{}" + String(repeating: "}", count: 33)
    #expect(throws: JSONError.self) { try SampleV1.Tree(json: deep) }
    let brackets = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError(.nestedTooDeeply)) { try SampleV1.Tree(json: brackets) }
  }

  @Test("packed bytes that are no message have no JSON")
  func malformed() {
    #expect(throws: JSONError(.malformedMessage(WireError(.truncated, path: "int32")))) {
      try MessageJSON.text(of: [0x08], as: SampleV1.Scalars.descriptor)
    }
  }
}
