/// How long a queue's callbacks have lately held an agent, from which waits are estimated
/// (DOMAIN, "Waiting").
///
/// Sums over the last callbacks, in which older ones count less and less: each new one takes a
/// share of `1 / memory` off what is there, once there have been `memory` of them.
public struct ServiceRecord: Hashable, Sendable {
  /// Callbacks that an agent accepted and was done with.
  public var observations: UInt32 = 0
  /// How long these held an agent, added up, in milliseconds.
  public var held: Int64 = 0
  /// The squares of how long these held an agent, added up, in square milliseconds.
  public var heldSquared: Int64 = 0
  /// How many of these had been tried before, in units of `returnUnit`.
  public var returned: Int64 = 0
  /// What agents have spent on alerts that were not accepted and on pauses, and no callback has
  /// been charged with yet, in milliseconds; negative where a pause was cut short.
  public var pending: Int64 = 0

  /// So many callbacks are remembered: enough for a mean, few enough to follow a day.
  static let memory: Int64 = 64
  /// One callback in `returned`: so fine that aging is not lost in rounding.
  static let returnUnit: Int64 = 1 << 20
  /// No callback counts as longer, so that no sum overflows.
  private static let longest = Span.hours(12)

  /// Nothing has been seen.
  public init() {}

  /// How many callbacks the sums stand for.
  var weight: Int64 { min(Int64(observations), Self.memory) }

  /// Takes note of a callback that held an agent for `span`.
  mutating func observe(_ span: Span, isReturned: Bool) {
    let length = min(max(span.milliseconds + pending, 0), Self.longest.milliseconds)
    pending = 0
    if observations >= Self.memory {
      held -= held / Self.memory
      heldSquared -= heldSquared / Self.memory
      returned -= returned / Self.memory
    }
    observations = observations == .max ? .max : observations + 1
    held += length
    heldSquared += length * length
    if isReturned { returned += Self.returnUnit }
  }

  /// Charges the next callback with what an agent spends beside callbacks; negative takes back.
  mutating func charge(_ span: Span) {
    let longest = Self.longest.milliseconds
    pending = min(max(pending + min(max(span.milliseconds, -longest), longest), -longest), longest)
  }
}
