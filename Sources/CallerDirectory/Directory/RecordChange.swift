/// The record that a change led to.
public struct RecordChange: Hashable, Sendable {
  /// The record after it.
  public var record: DirectoryRecord
  /// False where it was so before: the number to start a Lead for had an active one, which is then
  /// this one, or the record did not have the number to be taken off. Of a match it is not told.
  public var hasChanged: Bool

  /// Tells what a change led to.
  public init(record: DirectoryRecord, hasChanged: Bool) {
    self.record = record
    self.hasChanged = hasChanged
  }
}
