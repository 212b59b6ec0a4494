import ArgumentParser

/// Where the id stands that makes a command which changes something repeatable.
enum RequestIDPlace: String {
  /// Among the options of the command line.
  case option = "--request-id"
  /// In the JSON that `call` sends.
  case field = "requestId"

  /// The place in a command; nil for one that only reads.
  init?(of command: any ParsableCommand) {
    if let call = command as? Call {
      guard let method = try? MethodLookup.method(named: call.method), method.mutates else {
        return nil
      }
      self = .field
    } else if Mirror(reflecting: command).children.contains(where: {
      $0.value is OptionGroup<ChangeOptions>
    }) {
      self = .option
    } else {
      return nil
    }
  }
}
