import CallbackCore
import CallbackMessages

/// Answers that a log keeps apart from its snapshots: they are many and never change, so that each
/// snapshot adds those that are new, and drops those that are no longer remembered.
public struct AnswerParts: ~Copyable {
  private let first: UInt64
  private let end: UInt64
  private var next: UInt64?
  private var answers: [Snapshot.Answer] = []

  /// Collects the answers that a snapshot leaves out.
  public init(leftOutOf snapshot: borrowing Snapshot) {
    first = snapshot.counters.firstAnswer
    end = snapshot.answersFrom
  }

  /// The parts, one after the other, each with how many answers it holds.
  public static func encode<Failure: Error>(
    _ answers: [Snapshot.Answer], write: (Int, [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = answers[...]
    while !rest.isEmpty {
      let some = rest.prefix(SnapshotCodec.entitiesPerPart)
      rest = rest.dropFirst(some.count)
      let part = LogV1.SnapshotPart(answers: some.map { LogV1.SnapshotAnswer($0) })
      try write(some.count, part.serialized())
    }
  }

  /// Takes the next part in.
  ///
  /// - Parameter number: the number of its first answer.
  /// - Throws: why it cannot be read.
  public mutating func add(
    _ bytes: UnsafeRawBufferPointer, from number: UInt64
  ) throws(LogCodecError) {
    var part = Snapshot()
    try SnapshotCodec.decode(bytes, into: &part)
    // A gap shows at the end: nothing is complete without what belongs there.
    if number != next ?? number { answers = [] }
    next = number + UInt64(part.answers.count)
    answers += part.answers
  }

  /// Puts the answers in front of those that the snapshot has; false where some are missing.
  public consuming func complete(_ snapshot: inout Snapshot) -> Bool {
    guard next == end, UInt64(answers.count) >= end - first else { return false }
    snapshot.answers.insert(contentsOf: answers.suffix(Int(end - first)), at: 0)
    snapshot.answersFrom = first
    return true
  }
}
