import Glibc

/// Where an export goes: a new file (0600), or standard output for `-`.
final class ExportFile {
  /// Whether it is standard output, where nothing but the export belongs.
  let isStandard: Bool
  /// Takes the text.
  let sink: DescriptorSink
  private let descriptor: Int32

  /// Makes the file, which must not exist.
  init(_ path: String) throws(Failure) {
    isStandard = path == "-"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    descriptor = isStandard ? STDOUT_FILENO : open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw Failure("\(path) cannot be written: \(String(cString: strerror(errno)))", .usage)
    }
    sink = DescriptorSink(descriptor: descriptor)
  }

  deinit {
    if !isStandard { close(descriptor) }
  }
}
