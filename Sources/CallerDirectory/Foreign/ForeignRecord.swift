import CallbackCore

/// A record as a CRM gives it: every field as it is written there.
public struct ForeignRecord: Hashable, Sendable {
  /// The id; records of one id are one.
  public var id: String
  /// The name; empty: the id stands for it.
  public var name: String
  /// The words that tell the class.
  public var classWords: [String]
  /// The words that tell whether a Lead is active; nil: the class words do. Empty: the record has no
  /// such word, which counts as an empty one.
  public var statusWords: [String]?
  /// The CRM's word for the location; empty for none.
  public var location: String
  /// The numbers as they are written; nil where the CRM is trusted to have compared them.
  public var numbers: [String]?
  /// The region of national numbers; empty: the mapping's.
  public var region: String
  /// When the record last changed: RFC 3339, or Unix time in seconds or milliseconds.
  public var updatedAt: String

  /// Makes a record out of its fields.
  public init(
    id: String, name: String = "", classWords: [String] = [], statusWords: [String]? = nil,
    location: String = "", numbers: [String]? = nil, region: String = "", updatedAt: String = ""
  ) {
    self.id = id
    self.name = name
    self.classWords = classWords
    self.statusWords = statusWords
    self.location = location
    self.numbers = numbers
    self.region = region
    self.updatedAt = updatedAt
  }
}
