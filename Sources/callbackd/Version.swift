/// The daemon's version.
enum Version {
  /// As `--version` and GetServerInfo say it.
  static let text = "0.1.0"
}
