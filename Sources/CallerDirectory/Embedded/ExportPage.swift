/// Where an export goes on; only for the directory that gave it.
public struct ExportCursor: Hashable, Sendable {
  let row: Int64
}

/// Some of a directory's records.
public struct ExportPage: Hashable, Sendable {
  /// The records, in the order in which they came in.
  public let records: [DirectoryRecord]
  /// Where the next page begins; nil after the last.
  public let next: ExportCursor?
}
