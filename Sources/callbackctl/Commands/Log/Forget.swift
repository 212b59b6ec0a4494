import ArgumentParser
import CallbackClient
import CallbackMessages

/// Forgets a caller.
struct Forget: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Forget a caller's number: callbacks, history, log and embedded directory.",
    discussion: """
      Its waiting callbacks are cancelled; it leaves the history, the log and the directory, and \
      where it stood is overwritten. While a call with it goes on that is refused. Where it may \
      still be is told. The daemon answers nobody else meanwhile, with a large log for minutes: it \
      is written anew. Where the call takes longer than --timeout (10m) the daemon goes on, and \
      the same command with the same --request-id gives the answer.

      Example:
        callbackctl forget "(510) 555-0123" --yes
      """)

  /// The log is read and written anew, at the pace of the disk.
  static let patience = Duration.seconds(600)

  @Argument(help: "The number, as people write it.")
  var number: String

  @Option(help: "Two letters for a national number, such as US. Default: the service's region.")
  var region = ""

  @Flag(help: "Do it: it cannot be undone.")
  var yes = false

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    if !yes { throw ValidationError("What is forgotten cannot be brought back; say --yes.") }
  }

  func run(in session: Session) async throws {
    let request = V1.ForgetCallerRequest(requestID: change.id, number: number, region: region)
    let answer = try await session.client.call(AdminServiceMethods.forgetCaller, request)
    try session.show(answer) { _ in
      var lines = [
        "Forgotten: \(Self.counted(answer.cancelledCallbacks, "callback")) cancelled, "
          + "\(answer.historyCallbacks) removed from the history, "
          + "\(Self.counted(answer.directoryRecords, "record")) from the directory.",
        "It may still be:",
      ]
      for remainder in answer.remainders { lines.append("  - \(Self.words(remainder))") }
      return lines.joined(separator: "\n")
    }
  }

  private static func counted(_ count: some BinaryInteger, _ one: String) -> String {
    "\(count) \(one)\(count == 1 ? "" : "s")"
  }

  private static func words(_ remainder: V1.ForgetRemainder) -> String {
    let name = SafeText.line(remainder.name)
    switch remainder.kind {
    case .directory: return "in the directory \(name), which has to be asked itself"
    case .backups: return "in backups that were taken before"
    case .databaseServer: return "in what the database server keeps beside the log's tables"
    case .otherHosts: return "in the embedded directories of other hosts on the log"
    case .serviceLog: return "in the daemon's own log, where its level was debug or trace"
    case .exclusion:
      let place = name.isEmpty ? "" : " of \(name)"
      return "on the exclusion list\(place), so that it is not called: exclusion delete removes it"
    case .dialledNumber: return "in the configuration, as a number that callers dial"
    default: return name
    }
  }
}
