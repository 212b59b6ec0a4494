/// The text that names a version of something: its revision.
public enum Etag {
  /// The etag of a revision.
  public static func text(_ revision: some UnsignedInteger) -> String { "r\(revision)" }

  /// The revision that a request insists on; nil where it insists on none.
  ///
  /// An etag that was never one of ours names no version: it becomes a revision that nothing has, so
  /// that the request is refused as one that comes too late.
  public static func revision<Revision: FixedWidthInteger & UnsignedInteger>(
    _ etag: String, _ path: String = "etag"
  ) throws(FieldError) -> Revision? {
    if etag.isEmpty { return nil }
    let text = try Field.text(etag, path, atMost: FieldLimits.tokenBytes)
    guard text.first == "r" else { return .max }
    return Revision(text.dropFirst()) ?? .max
  }
}
