/// Why a directory did not do what it was asked.
public enum DirectoryError: Error, Hashable, Sendable {
  /// No record has the id.
  case recordNotFound(String)
  /// The request id was used for something else.
  case requestReused(String)
  /// A field is missing, too long or otherwise not acceptable.
  case invalid(field: String, reason: String)
  /// The directory cannot be changed so; the reason is for people.
  case readOnly(String)
  /// The directory cannot be asked so; the reason is for people.
  case unsupported(String)
  /// The record has as many numbers as one may have.
  case tooManyNumbers(recordID: String)
  /// The disk or the database is full; nothing was changed.
  case full
  /// The directory cannot be reached or did not answer; the reason is for logs.
  case unavailable(String)
  /// The directory's file is damaged, or of a version that this program does not know.
  case unreadable(String)
}
