/// What a directory lets the service change.
public struct DirectoryCapabilities: Hashable, Sendable {
  /// Whether a Lead can be started.
  public var canCreateLead: Bool
  /// Whether a number can be linked to a record, and unlinked.
  public var canLinkNumbers: Bool
  /// Whether a note can be added to a record.
  public var canAddNotes: Bool
  /// Why not, for people; empty where everything can be done.
  public var reason: String

  /// Tells what can be changed.
  public init(
    canCreateLead: Bool, canLinkNumbers: Bool, canAddNotes: Bool = false, reason: String = ""
  ) {
    self.canCreateLead = canCreateLead
    self.canLinkNumbers = canLinkNumbers
    self.canAddNotes = canAddNotes
    self.reason = reason
  }

  /// Leads can be started and numbers linked.
  public static let all = DirectoryCapabilities(canCreateLead: true, canLinkNumbers: true)
}
