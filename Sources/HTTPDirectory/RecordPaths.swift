import CallerDirectory

/// Where an API's answer has a record's fields: paths such as `owner.name`.
public struct RecordPaths: Hashable, Sendable {
  /// The list of records in the answer; empty: the answer is the record, or the list.
  public var list: String
  /// The id.
  public var id: String
  /// The parts of the name, which are put together with spaces.
  public var name: [String] = []
  /// The words that tell the class.
  public var recordClass: [String] = []
  /// The words that tell whether a Lead is active.
  public var status: [String] = []
  /// The location.
  public var location = ""
  /// The numbers; none: the API is trusted to have compared them.
  public var phones: [String] = []
  /// The region of national numbers.
  public var region = ""
  /// When the record last changed.
  public var updatedAt = ""
  /// The id in the answer to a new Lead.
  public var createdID = ""

  /// Where the records and their ids are.
  public init(list: String, id: String) {
    self.list = list
    self.id = id
  }

  /// The records of an answer.
  func records(_ answer: JSONValue) throws(DirectoryError) -> [ForeignRecord] {
    if case .null = answer { throw .unavailable("the answer is empty") }
    var found = answer.values(at: list)
    if found.isEmpty, !list.isEmpty, answer.values(at: id).contains(where: { !$0.word.isEmpty }) {
      // One record where there could be a list, as APIs answer a question about one.
      found = [answer]
    } else if !list.isEmpty, found.isEmpty, !answer.holds(list) {
      throw .unavailable("the answer has no \(list)")
    }
    guard found.count <= DirectoryLimits.candidates else {
      throw .unavailable("the answer has \(found.count) records")
    }
    return try found.filter { $0 != .null }.map { (value) throws(DirectoryError) in
      try record(value)
    }
  }

  /// The id of the record in the answer to a new Lead.
  func id(_ answer: JSONValue) -> String? {
    for path in [createdID, id, list.isEmpty ? id : "\(list).\(id)"] where !path.isEmpty {
      if let word = answer.values(at: path).first?.word, !word.isEmpty { return word }
    }
    let itself = answer.values(at: "").first?.word ?? ""
    return itself.isEmpty ? nil : itself
  }

  private func record(_ value: JSONValue) throws(DirectoryError) -> ForeignRecord {
    func words(_ paths: [String]) -> [String] {
      paths.flatMap { value.values(at: $0).map(\.word) }
    }
    func word(_ path: String) -> String {
      path.isEmpty ? "" : value.values(at: path).first?.word ?? ""
    }
    let id = word(id)
    guard !id.isEmpty else { throw .unavailable("a record of the answer has no \(self.id)") }
    return ForeignRecord(
      id: id, name: words(name).filter { !$0.isEmpty }.joined(separator: " "),
      classWords: words(recordClass), statusWords: words(status), location: word(location),
      numbers: phones.isEmpty ? nil : words(phones).filter { !$0.isEmpty },
      region: word(region), updatedAt: word(updatedAt))
  }
}

extension JSONValue {
  /// Whether there is something at a path, an empty list included.
  func holds(_ path: String) -> Bool {
    var value = self
    for key in path.split(separator: ".") {
      guard case .object(let members) = value, let member = members[String(key)] else {
        return false
      }
      value = member
    }
    return true
  }
}
