import ArgumentParser
import CallbackMessages

/// Lists the methods of the contract, or describes one.
struct Methods: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the methods that `call` can call, or describe one with its messages.",
    discussion: """
      Examples:
        callbackctl methods
        callbackctl methods RequestCallback
        callbackctl methods --json
      """)

  @Argument(help: "A method, such as RequestCallback or AdminService/PutQueue.")
  var method: String?

  @Flag(help: "Print JSON: a method a line, and one that is named with its messages.")
  var json = false

  @Option(help: "Colours: auto, always or never; auto also heeds NO_COLOR and TERM.")
  var color = ColorChoice.auto

  func run() throws {
    let console = Console.standard(color: color)
    if let method {
      let method = try MethodLookup.method(named: method)
      console.print(
        json ? MethodJSON.detail(method) : MethodText.detail(method, console.look))
    } else if json {
      for method in MethodLookup.served { console.print(MethodJSON.line(method)) }
    } else {
      console.print(MethodText.list(MethodLookup.served, console.look))
    }
  }
}

/// Finds methods by the names that people type.
enum MethodLookup {
  /// What a daemon serves: CrmService is what it calls.
  static let served =
    CallbackServiceMethods.all + AdminServiceMethods.all + DialerServiceMethods.all

  /// The method of a name such as `RequestCallback`, `AdminService/PutQueue` or
  /// `/callback.v1.AdminService/PutQueue`.
  static func method(named name: String) throws -> any AnyRPCMethod {
    let wanted = name.replacing(".", with: "/").lowercased()
    let found = served.filter { method in
      let path = method.path.replacing(".", with: "/").lowercased()
      return path == wanted || path.hasSuffix("/" + wanted)
    }
    if let method = found.first, found.count == 1 { return method }
    let near = served.filter { $0.name.lowercased().contains(name.lowercased()) }
      .map(\.name)
    let hint =
      near.isEmpty
      ? "callbackctl methods lists them" : "did you mean \(near.joined(separator: ", "))?"
    throw Failure("no method is called ‘\(name)’; \(hint)", .usage)
  }
}
