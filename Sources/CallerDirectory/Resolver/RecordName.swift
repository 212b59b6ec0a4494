/// The id of a record where several directories are asked: the directory's name, a colon, and the
/// id that the record has there.
struct RecordName: Hashable, Sendable {
  let directory: String
  let id: String

  init(_ directory: String, _ id: String) {
    self.directory = directory
    self.id = id
  }

  /// Splits an id; nil where it names none of the directories.
  init?(_ text: String, among names: [String]) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let name = String(text[..<colon])
    guard names.contains(name) else { return nil }
    self.init(name, String(text[text.index(after: colon)...]))
  }

  var text: String { "\(directory):\(id)" }
}
