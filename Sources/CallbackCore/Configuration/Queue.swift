/// A group of agents configured by management for callbacks (DOMAIN, row E, seed).
public struct Queue: Hashable, Sendable {
  /// Its name in the configuration.
  public let id: QueueID
  /// The name that agents read in the alert; at most 128 bytes.
  public var name: String
  /// What management set; nil fields follow the service's defaults.
  public var stored: QueueOverrides
  /// What holds: `stored`, then the service's defaults, then the built-in ones.
  public var settings: QueueSettings
  /// Whether it takes new requests.
  public var isAccepting: Bool
  /// Whether it makes offers.
  public var isOffering: Bool
  /// Changes with every change of the configuration; the etag.
  public var revision: UInt64

  /// Puts a queue together.
  public init(
    id: QueueID, name: String, stored: QueueOverrides,
    settings: QueueSettings = QueueSettings(),
    isAccepting: Bool = true, isOffering: Bool = true, revision: UInt64
  ) {
    self.id = id
    self.name = name
    self.stored = stored
    self.settings = settings
    self.isAccepting = isAccepting
    self.isOffering = isOffering
    self.revision = revision
  }
}
