import FoundationEssentials

/// One call of a client as the client saw it: what it asked, of whom, when, and what it was told.
///
/// A request that is repeated is as many operations as calls, all with the same request id. A
/// message of a stream is an operation that began when the stream was opened.
public struct Operation: Sendable, Hashable, Codable {
  /// Which client.
  public var client: Int
  /// Which daemon, by its place among the sockets.
  public var daemon: Int
  /// The path of the method.
  public var method: String
  /// The request as it was sent.
  public var request: Data
  /// When the call was about to be made: CLOCK_MONOTONIC, in nanoseconds.
  public var began: UInt64
  /// When it was over, on the same clock; nil while it runs, or where the client's process died.
  public var ended: UInt64?
  /// What came of it; nil while it runs.
  public var outcome: Outcome?

  /// Describes a call.
  public init(
    client: Int, daemon: Int, method: String, request: Data, began: UInt64, ended: UInt64? = nil,
    outcome: Outcome? = nil
  ) {
    self.client = client
    self.daemon = daemon
    self.method = method
    self.request = request
    self.began = began
    self.ended = ended
    self.outcome = outcome
  }

  /// What came of a call.
  public enum Outcome: Sendable, Hashable, Codable {
    /// An answer: the response as it came.
    case answered(Data)
    /// A refusal.
    case refused(Refused)
    /// Nobody knows whether it was carried out.
    case unknown(String)
  }

  /// A refusal with what it carried.
  public struct Refused: Sendable, Hashable, Codable {
    /// The number of the reason.
    public var reason: Int32
    /// What the reason is about, and the position where the rules refused.
    public var metadata: [String: String]
    /// How the offer ended, packed; empty where the refusal is about none.
    public var offerClosed: Data
    /// The words for people.
    public var words: String

    /// Describes a refusal.
    public init(reason: Int32, metadata: [String: String], offerClosed: Data, words: String) {
      self.reason = reason
      self.metadata = metadata
      self.offerClosed = offerClosed
      self.words = words
    }
  }
}
