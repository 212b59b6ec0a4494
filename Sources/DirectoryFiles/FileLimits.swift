/// The bounds of what is read from a file, each with its reason.
public enum FileLimits {
  /// The longest record in bytes, its line ends included: what is kept in memory of a file, and
  /// what an unclosed quote can swallow.
  public static let recordBytes = 16 * 1024
  /// The most numbers of a record; what a directory takes.
  public static let numbers = 16
  /// The most bytes of a refused line that are kept for a report.
  static let refusedBytes = 4 * 1024
  /// The most characters of a file's text in a message.
  static let excerpt = 64
}
