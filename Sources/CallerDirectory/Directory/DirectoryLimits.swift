/// The bounds of what a directory holds and answers, each with its reason.
public enum DirectoryLimits {
  /// The longest record id, in bytes; what `CallerMatch` promises.
  public static let recordIDBytes = 128
  /// The longest name of a directory, in bytes; what `CallerLookup` promises of a source.
  public static let adapterNameBytes = 64
  /// The longest note, in bytes.
  public static let noteBytes = 2_000
  /// The longest name, in bytes; longer ones do not fit an alert.
  public static let nameBytes = 128
  /// The longest location id, in bytes; what configured ids are allowed.
  public static let locationBytes = 64
  /// The most numbers of one record; more are a list, not a person.
  public static let numbersPerRecord = 16
  /// The most matches of one number; what `CallerLookup` holds.
  public static let matches = 32
  /// The most records that are looked at for one number, of which the best are matches.
  public static let candidates = 1024
  /// The longest request id with its scope, in bytes.
  public static let requestIDBytes = 256
  /// The longest text to search for, in bytes.
  public static let searchBytes = 128
  /// The most records that a search gives.
  public static let searchResults = 100
  /// The most rows of one import transaction, which other changes wait for: about a second. Small
  /// ones write the same pages of the indexes again and again.
  public static let rowsPerImport = 50_000
  /// The most records of one page of an export.
  public static let exportPage = 1000
}
