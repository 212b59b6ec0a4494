import CallbackCore

/// Who is calling: from a number to the records behind it, and back the way of a new Lead.
///
/// An adapter answers for itself, within whatever time it takes; the time budget, the cache and
/// the circuit breaker are around it, in `CallerResolver`. Request ids come scoped by the caller to
/// the peer's user; a repeated one gives the same answer for 24 hours.
public protocol CallerDirectory: Sendable {
  /// The adapter's name, shown in answers and metrics; at most 64 bytes.
  var name: String { get }
  /// What may be changed.
  var capabilities: DirectoryCapabilities { get }
  /// A number that changes whenever answers may have changed; constant where that is not known.
  var generation: UInt64 { get }

  /// The records of a number, in any order; at most 32, the best where there are more.
  ///
  /// With an extension: the records that have exactly this line, else those that have the number
  /// without one. Without: those that have exactly this line, else those that have the number with
  /// any extension, since caller ID never shows one.
  func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch]

  /// As `lookup`, for an adapter that answers in microseconds; nil where it has to be awaited.
  func lookupNow(_ line: PhoneNumber.Line) throws(DirectoryError) -> [CallerMatch]?

  /// Records by the beginnings of the words of a name, by id, or by a number or three or more of
  /// its digits; national numbers are read in `region`.
  func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult

  /// One record; nil where there is none of the id.
  func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord?

  /// Starts a Lead, or gives the active Lead that the number already has.
  func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange

  /// Matches a number to a record; one that the record has already is no error.
  func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord

  /// Takes a number off a record; one that the record does not have is no error, and no change.
  /// Where a directory cannot tell whether the record had it, it counts as changed.
  func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange

  /// Adds a note to a record; asked only where the capabilities say so.
  ///
  /// - Parameter now: when what the note tells of happened.
  func addNote(
    _ text: String, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError)
}

extension CallerDirectory {
  /// Nothing tells when answers change.
  public var generation: UInt64 { 0 }

  /// Takes no notes.
  public func addNote(
    _ text: String, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) {
    throw .readOnly(capabilities.reason)
  }

  /// Has to be awaited.
  public func lookupNow(_ line: PhoneNumber.Line) throws(DirectoryError) -> [CallerMatch]? { nil }
}
