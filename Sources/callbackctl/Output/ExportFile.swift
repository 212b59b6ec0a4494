import Glibc

/// Where an export goes: a new file (0600), or standard output for `-`.
final class ExportFile {
  private let path: String
  /// Nil for standard output.
  private let file: PartialFile?

  /// Whether it is standard output, where nothing but the export belongs.
  var isStandard: Bool { file == nil }

  /// Begins the file, which must not exist.
  init(_ path: String) throws(Failure) {
    self.path = path
    file = path == "-" ? nil : try PartialFile(path: path)
  }

  /// Writes the next of it.
  func write(_ text: String) throws(Failure) {
    guard let file else { return DescriptorSink(descriptor: STDOUT_FILENO).write(text) }
    try file.write(Array(text.utf8))
  }

  /// The export is whole; says how many of what it has, except on standard output.
  func finish(_ count: Int, _ one: String, _ many: String, in session: Session) throws(Failure) {
    guard let file else { return }
    try file.finish()
    session.console.print(
      session.json
        ? "{\"file\":\(JSONString.quoted(path)),\"\(many)\":\(count)}"
        : "\(count) \(count == 1 ? one : many) written to \(path).")
  }
}
