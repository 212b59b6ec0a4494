/// What came of a check.
public struct Findings: Sendable {
  /// What is wrong, in words; empty where nothing is.
  public private(set) var faults: [String] = []
  /// How many answers and refusals were compared with the state at their positions.
  public internal(set) var compared = 0
  /// How many of these were answers to commands, whose effects were found in the log.
  public internal(set) var commands = 0
  /// How many were refusals.
  public internal(set) var refusals = 0
  /// How many were repetitions that got the recorded answer.
  public internal(set) var repeated = 0
  /// How many operations ended without an answer.
  public internal(set) var unknown = 0
  /// Records that the log held.
  public internal(set) var records = 0

  /// Faults beyond this number are counted and not kept.
  static let limit = 40
  /// How many faults there were.
  public private(set) var faultCount = 0

  mutating func add(_ fault: String) {
    faultCount += 1
    if faults.count < Self.limit { faults.append(fault) }
  }

  /// Adds what another part of the check found.
  mutating func add(_ other: Findings) {
    for fault in other.faults { add(fault) }
    faultCount += other.faultCount - other.faults.count
    compared += other.compared
    commands += other.commands
    refusals += other.refusals
    repeated += other.repeated
    unknown += other.unknown
    records += other.records
  }
}

extension Findings: CustomStringConvertible {
  /// One line, then the faults.
  public var description: String {
    let line =
      "\(compared) compared (\(commands) commands, \(refusals) refusals, \(repeated) repeated), "
      + "\(unknown) unknown, \(records) records, \(faultCount) faults"
    return ([line] + faults).joined(separator: "\n")
  }
}
