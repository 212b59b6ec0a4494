import Glibc
import Yams

/// Reads a configuration file: YAML in which every key is known and every value fits.
enum ConfigurationFile {
  /// A configuration is a page of settings; a larger file is something else.
  static let largestFileBytes = 1 << 20

  /// Reads the text of a file.
  ///
  /// - Parameters:
  ///   - text: YAML; nothing at all means that everything has its default.
  ///   - file: the file's name, for errors.
  static func read(_ text: String, file: String) throws(ConfigurationError) -> DaemonConfiguration {
    var configuration = DaemonConfiguration()
    guard let root = try compose(text, file: file) else { return configuration }
    try read(root, section: "", file: file, into: &configuration)
    return configuration
  }

  private static func compose(_ text: String, file: String) throws(ConfigurationError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw ConfigurationError(error, file: file)
    } catch {
      throw ConfigurationError(file: file, line: nil, key: "", problem: "cannot be read as YAML")
    }
  }

  private static func read(
    _ node: Node, section: String, file: String, into configuration: inout DaemonConfiguration
  ) throws(ConfigurationError) {
    guard let mapping = node.mapping else {
      if node.scalar?.string.isEmpty == true { return }
      throw ConfigurationError(
        file: file, line: node.mark?.line, key: section, problem: "must hold keys with values")
    }
    for (name, value) in mapping {
      let key = (section.isEmpty ? "" : section + ".") + (name.scalar?.string ?? "")
      if let setting = ConfigurationKey.all.first(where: { $0.name == key }) {
        do throws(ConfigurationKey.Unfit) {
          guard let text = value.scalar?.string else { throw ConfigurationKey.Unfit() }
          try setting.set(text, &configuration)
        } catch {
          throw ConfigurationError(
            file: file, line: name.mark?.line, key: key, problem: "must be \(setting.form)")
        }
      } else if key == ConfigurationKey.adapters {
        configuration.directory.adapters = try AdapterConfiguration.list(
          value, key: key, file: file)
        configuration.directory.adaptersText = (try? Yams.serialize(node: value)) ?? ""
      } else if key == AccessConfiguration.key {
        configuration.access = try AccessConfiguration(value, file: file)
      } else if ConfigurationKey.all.contains(where: { $0.name.hasPrefix(key + ".") }) {
        try read(value, section: key, file: file, into: &configuration)
      } else {
        throw ConfigurationError(
          file: file, line: name.mark?.line, key: key,
          problem: "unknown key; callbackd --print-config shows the keys there are")
      }
    }
  }
}

extension ConfigurationError {
  /// The reader's complaint, without the file's text, which it would repeat.
  fileprivate init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, key: "", problem: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        file: file, line: context.mark.line, key: duplicates.first ?? "", problem: "given twice")
    default:
      self.init(file: file, line: nil, key: "", problem: "cannot be read as YAML")
    }
  }
}

extension ConfigurationFile {
  /// Reads a file.
  static func open(_ path: String) throws(StartError) -> DaemonConfiguration {
    guard access(path, R_OK) == 0 else {
      throw .configuration(
        ConfigurationError(
          file: path, line: nil, key: "", problem: String(cString: strerror(errno))))
    }
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else {
      throw .configuration(
        ConfigurationError(file: path, line: nil, key: "", problem: "is a directory"))
    }
    guard let text = text(of: path, atMost: largestFileBytes) else {
      throw .configuration(
        ConfigurationError(
          file: path, line: nil, key: "", problem: "must be readable, and UTF-8 of at most 1 MiB"))
    }
    do throws(ConfigurationError) {
      return try read(text, file: path)
    } catch {
      throw .configuration(error)
    }
  }

  /// What a file holds; nil where it cannot be read, is larger, or is no UTF-8.
  static func text(of path: String, atMost limit: Int) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: limit + 1) { room, count in
      count = fread(room.baseAddress, 1, room.count, file)
    }
    // What could be read before an error is not what the file says.
    guard ferror(file) == 0 else { return nil }
    return bytes.count <= limit ? String(validating: bytes, as: UTF8.self) : nil
  }
}
