/// A parsed JSON text. Numbers stay text, because 64-bit integers do not fit a Double; members of
/// an object keep their order and may repeat.
enum JSONValue {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])
}

/// A member of a JSON object.
struct JSONMember {
  let name: String
  let value: JSONValue
}
