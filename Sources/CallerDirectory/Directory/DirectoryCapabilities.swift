/// What a directory lets the service change.
public struct DirectoryCapabilities: Hashable, Sendable {
  /// Whether a Lead can be started.
  public var canCreateLead: Bool
  /// Whether a number can be linked to a record, and unlinked.
  public var canLinkNumbers: Bool
  /// Why not, for people; empty where everything can be done.
  public var reason: String

  /// Tells what can be changed.
  public init(canCreateLead: Bool, canLinkNumbers: Bool, reason: String = "") {
    self.canCreateLead = canCreateLead
    self.canLinkNumbers = canLinkNumbers
    self.reason = reason
  }

  /// Everything can be done.
  public static let all = DirectoryCapabilities(canCreateLead: true, canLinkNumbers: true)
}
