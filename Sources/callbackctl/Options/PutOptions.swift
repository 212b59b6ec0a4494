import ArgumentParser
import CallbackClient

/// Options of commands that make or change a part of the configuration.
///
/// A put replaces the whole, so what exists is read first, changed by the options that were given,
/// and put with its etag: a change that somebody else made meanwhile is never lost.
struct PutOptions: ParsableArguments {
  @Flag(help: "Begin with the defaults instead of what exists.")
  var replace = false

  /// What exists, nil where nothing does or it is to be replaced.
  func current<Value>(_ read: () async throws -> Value?) async throws -> Value? {
    if replace { return nil }
    do {
      return try await read()
    } catch let error as CallbackError where error.code == .notFound {
      return nil
    }
  }
}

/// Options of commands that delete a part of the configuration.
struct DeleteOptions: ParsableArguments {
  @Option(help: "Refuse unless this is still its newest version, as `get` shows it.")
  var etag = ""
}
