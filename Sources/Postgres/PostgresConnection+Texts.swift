import CPostgreSQL

/// A row as texts: its fields by the names of their columns, nil where one is NULL.
public typealias PostgresTextRow = [(column: String, value: String?)]

extension PostgresConnection {
  /// Runs a statement of somebody else's, whose columns are not known, and whose types may be any:
  /// every field comes as text. It is prepared anew each time, for the schema may change: a prepared
  /// one whose columns have changed is refused from then on.
  ///
  /// - Parameters:
  ///   - mostRows: a longer answer is refused, and the connection given up.
  ///   - mostBytes: the same for its bytes.
  public func runTexts(
    _ statement: PostgresStatement, _ values: [PostgresValue], mostRows: Int, mostBytes: Int,
    deadline: Deadline
  ) throws(PostgresError) -> [PostgresTextRow] {
    guard sendUnprepared(statement, values), PQsetSingleRowMode(handle) == 1 else {
      throw lost("asking")
    }
    try flush(deadline)
    var rows: [PostgresTextRow] = []
    var bytes = 0
    var refusal: PostgresError?
    while let result = try nextResult(deadline) {
      defer { PQclear(result) }
      refusal = refusal ?? self.refusal(of: result)
      for row in 0..<PQntuples(result) {
        let fields = Self.texts(result, row)
        bytes += fields.reduce(0) { $0 + ($1.value?.utf8.count ?? 0) + $1.column.utf8.count }
        rows.append(fields)
      }
      guard rows.count <= mostRows, bytes <= mostBytes else {
        throw .connection("the answer has more than \(mostRows) rows or \(mostBytes) bytes")
      }
    }
    if let refusal { throw refusal }
    return rows
  }

  private static func texts(_ result: OpaquePointer, _ row: Int32) -> PostgresTextRow {
    (0..<PQnfields(result)).map { column in
      let name = String(cString: PQfname(result, column))
      guard PQgetisnull(result, row, column) == 0 else { return (name, nil) }
      var bytes = UnsafeRawBufferPointer(
        start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
      if PQftype(result, column) == paddedText {
        bytes = UnsafeRawBufferPointer(
          rebasing: bytes[..<(bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? 0)])
      }
      return (name, String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The type of `char(n)`: blanks at its end only fill it, and mean nothing.
  private static let paddedText: Oid = 1042
}
