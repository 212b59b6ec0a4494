import HTTPDirectory
import Yams

extension JSONDirectory.Requests {
  /// Reads the requests of an API.
  init(_ reader: inout NodeReader) throws(ConfigurationError) {
    guard let lookup = try Self.template("lookup", &reader) else {
      throw reader.error("lookup", "is missing")
    }
    self.init(lookup: lookup)
    search = try Self.template("search", &reader)
    record = try Self.template("record", &reader)
    createLead = try Self.template("create_lead", &reader)
    linkNumber = try Self.template("link_number", &reader)
    unlinkNumber = try Self.template("unlink_number", &reader)
    addNote = try Self.template("add_note", &reader)
  }

  private static func template(
    _ name: String, _ reader: inout NodeReader
  ) throws(ConfigurationError) -> RequestTemplate? {
    guard var section = try reader.section(name) else { return nil }
    let method = try section.text("method") ?? "GET"
    let url = try section.required("url")
    let body = section.value("body")
    try section.finish()
    do throws(RequestTemplate.Problem) {
      return try RequestTemplate(method: method, url: url, body: body.map { JSONValue($0) })
    } catch {
      throw section.error(error.place.rawValue, error.words)
    }
  }
}

extension RecordPaths {
  /// Reads where an answer has a record's fields.
  init(_ reader: inout NodeReader) throws(ConfigurationError) {
    guard var section = try reader.section("answer") else {
      throw reader.error("answer", "is missing")
    }
    self.init(lists: try section.texts("list"), id: try section.required("id"))
    single = try section.text("record") ?? ""
    name = try section.texts("name")
    recordClass = try section.texts("class")
    status = try section.texts("status")
    location = try section.text("location") ?? ""
    phones = try section.texts("phones")
    region = try section.text("region") ?? ""
    updatedAt = try section.text("updated_at") ?? ""
    createdID = try section.text("created_id") ?? ""
    try section.finish()
  }
}

extension JSONValue {
  /// The JSON that YAML describes: plain words of YAML's core schema are no texts.
  init(_ node: Node) {
    switch node {
    case .mapping(let mapping):
      var members: [String: JSONValue] = [:]
      for (key, value) in mapping { members[key.scalar?.string ?? ""] = JSONValue(value) }
      self = .object(members)
    case .sequence(let items): self = .array(items.map { JSONValue($0) })
    case .scalar(let scalar): self = Self.plain(scalar) ?? .string(scalar.string)
    case .alias: self = .null
    }
  }

  private static func plain(_ scalar: Node.Scalar) -> JSONValue? {
    guard scalar.style == .plain || scalar.style == .any else { return nil }
    switch scalar.string {
    case "null", "~", "": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: return Int64(scalar.string).map { .integer($0) }
    }
  }
}
