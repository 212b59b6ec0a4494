public import CallbackCore

/// The record that a change led to.
public struct RecordChange: Hashable, Sendable {
  /// The record after it.
  public var record: DirectoryRecord
  /// False where it was so before: the number to start a Lead for had an active one, which is then
  /// this one, or the record did not have the number to be taken off. Of a match it is not told.
  public var hasChanged: Bool
  /// When the same request was made first, where it was answered then and nothing was done now.
  public var answeredBefore: WallTime?

  /// Tells what a change led to.
  public init(record: DirectoryRecord, hasChanged: Bool, answeredBefore: WallTime? = nil) {
    self.record = record
    self.hasChanged = hasChanged
    self.answeredBefore = answeredBefore
  }
}
