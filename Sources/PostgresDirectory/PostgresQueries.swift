/// The statements of an adapter.
///
/// Their columns are found by name: `id`, `name`, `class`, `status`, `location`, `region`,
/// `updated_at`, and every column whose name begins with `phone`.
public struct PostgresQueries: Hashable, Sendable {
  /// Finds the records of a number: `$1` is E.164, `$2` a list of the ways in which its digits may
  /// be written, `$3` the extension.
  public var lookup: String
  /// Finds a record by its id, `$1`; empty: records cannot be read.
  public var record: String
  /// Searches records: `$1` is what was typed, `$2` the same as a pattern for ILIKE, `$3` the most
  /// records; empty: there is no searching.
  public var search: String

  /// Statements that somebody wrote.
  public init(lookup: String, record: String = "", search: String = "") {
    self.lookup = lookup
    self.record = record
    self.search = search
  }

  /// Statements on a table or view, made from the configuration alone: every name is quoted, and
  /// nothing of a call ever becomes part of a statement.
  ///
  /// - Parameters:
  ///   - table: its name, perhaps with a schema before a dot.
  ///   - columns: its columns by what they mean here; `phones` aside.
  ///   - phones: its columns with numbers; at least one.
  public init(table: String, columns: [String: String], phones: [String]) {
    let source = table.split(separator: ".").map { Self.quoted(String($0)) }.joined(separator: ".")
    var fields = columns.sorted { $0.key < $1.key }.map { "\(Self.quoted($1))::text AS \($0)" }
    for (index, phone) in phones.enumerated() {
      fields.append("\(Self.quoted(phone))::text AS phone_\(index + 1)")
    }
    let select = "SELECT \(fields.joined(separator: ", ")) FROM \(source)"
    let digits = phones.map { "\(Self.digits(Self.quoted($0))) = ANY ($2::text[])" }
    lookup = "\(select) WHERE \(digits.joined(separator: " OR ")) LIMIT 1024"
    let id = Self.quoted(columns["id"] ?? "id")
    let name = Self.quoted(columns["name"] ?? "name")
    record = "\(select) WHERE \(id)::text = $1 LIMIT 1024"
    search =
      "\(select) WHERE \(name)::text ILIKE $2 OR \(id)::text = $1 ORDER BY \(name) LIMIT $3::int"
  }

  /// The same statements, which fail in the server where a row is larger: what is sent of a row,
  /// libpq keeps whole.
  func bounded(to bytes: Int) -> PostgresQueries {
    func bounded(_ query: String) -> String {
      if query.isEmpty { return "" }
      var end = query.endIndex
      while end > query.startIndex, ";\n\t ".contains(query[query.index(before: end)]) {
        end = query.index(before: end)
      }
      // OFFSET 0 keeps the server from measuring rows that the query would leave out. The text
      // depends on the row, so that it is not cast beforehand.
      let rows = "SELECT * FROM (\(query[..<end])\n) AS answer OFFSET 0"
      let size = "octet_length(callbackd_row::text)"
      let check = "('a row has ' || \(size) || ' bytes')::boolean"
      return "SELECT * FROM (\(rows)) AS callbackd_row WHERE CASE WHEN \(size) <= \(bytes) "
        + "THEN true ELSE \(check) END"
    }
    return PostgresQueries(
      lookup: bounded(lookup), record: bounded(record), search: bounded(search))
  }

  /// A name as SQL takes it, whatever it holds.
  static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  /// The digits of a column before its extension; an index on the same expression makes it fast.
  static func digits(_ column: String) -> String {
    "regexp_replace(regexp_replace(\(column)::text, '(x|ext|#|;).*$', '', 'i'), '[^0-9]', '', 'g')"
  }
}
