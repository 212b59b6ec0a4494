import CallerDirectory

/// Where an API's answer has a record's fields: paths such as `owner.name`.
public struct RecordPaths: Hashable, Sendable {
  /// The lists of records in the answer; none: the answer is the record, or the list.
  public var lists: [String]
  /// The record in the answer to a question about one; empty: where the lists are, else the answer
  /// itself.
  public var single = ""
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
  public init(lists: [String], id: String) {
    self.lists = lists
    self.id = id
  }

  /// The records of an answer to a look-up or a search.
  func records(_ answer: JSONValue) throws(DirectoryError) -> [ForeignRecord] {
    if case .null = answer { throw .unavailable("the answer is empty") }
    var found: [JSONValue] = lists.isEmpty ? answer.values(at: "") : []
    for list in lists {
      guard answer.holds(list) else { throw .unavailable("the answer has no \(list)") }
      found += answer.values(at: list)
    }
    guard found.count <= DirectoryLimits.candidates else {
      throw .unavailable("the answer has \(found.count) records")
    }
    return try found.filter { $0 != .null }.map { (value) throws(DirectoryError) in
      try record(value)
    }
  }

  /// The record of an answer to a question about one; nil where it holds none.
  func single(_ answer: JSONValue) throws(DirectoryError) -> [ForeignRecord] {
    if !single.isEmpty {
      return try answer.values(at: single).filter { $0 != .null }.prefix(1).map {
        (value) throws(DirectoryError) in try record(value)
      }
    }
    if !lists.isEmpty, answer.values(at: id).contains(where: { !$0.word.isEmpty }) {
      // One record where there could be a list, as APIs answer a question about one.
      return [try record(answer)]
    }
    return try records(answer)
  }

  /// The id of the record in the answer to a new Lead.
  func id(_ answer: JSONValue) -> String? {
    let nested = ([single] + lists).filter { !$0.isEmpty }.map { "\($0).\(id)" }
    for path in [createdID, id] + nested where !path.isEmpty {
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
      classWords: words(recordClass), statusWords: status.isEmpty ? nil : words(status),
      location: word(location),
      numbers: phones.isEmpty ? nil : words(phones).filter { !$0.isEmpty },
      region: word(region), updatedAt: word(updatedAt))
  }
}

extension JSONValue {
  /// Whether there is something at a path, an empty list included; lists on the way are walked
  /// through, and one that is empty holds all there could be.
  func holds(_ path: String) -> Bool {
    var found = [self]
    for (depth, key) in path.split(separator: ".").enumerated() {
      let owners = found.flatMap(\.elements)
      // An answer that is an empty list itself is none that was expected.
      if owners.isEmpty { return depth > 0 }
      found = owners.compactMap { value in
        guard case .object(let members) = value else { return nil }
        return members[String(key)]
      }
      if found.isEmpty { return false }
    }
    return true
  }
}
