import ArgumentParser
import CallbackClient
import CallbackMessages

/// Reasons for being inactive.
struct ReasonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reason",
    abstract: "Reasons that agents give for being inactive, such as Lunch.",
    subcommands: [ReasonPut.self, ReasonList.self, ReasonDelete.self])
}

/// Makes or replaces a reason.
struct ReasonPut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Add a reason, or replace one.",
    discussion: """
      Example:
        callbackctl reason put Lunch --until-offline 1h
      """)

  @Argument(help: "The reason, as `agent set … inactive --reason` names it.")
  var reason: String

  @Option(help: "What people read. Default: the reason itself.")
  var name = ""

  @Option(
    help: ArgumentHelp(
      "After how long an agent inactive for it goes Offline; 0: never. Default: the service's.",
      valueName: "duration"))
  var untilOffline: DurationArgument?

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let reason = V1.InactiveReason(
      reasonID: reason, name: name,
      timeout: untilOffline.map { GoogleProtobuf.Duration($0.duration) },
      etag: removal.etag)
    let request = V1.PutInactiveReasonRequest(requestID: change.id, reason: reason)
    let answer = try await session.client.call(AdminServiceMethods.putInactiveReason, request)
    try session.show(answer) { look in
      ConfigurationText.reasons([answer.reason ?? V1.InactiveReason()], look)
    }
  }
}

/// Lists the reasons.
struct ReasonList: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the reasons by id.")

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListInactiveReasonsRequest(pageSize: paging.pageSize)
    try await session.showPages(
      session.client.pages(AdminServiceMethods.listInactiveReasons, request), all: paging.all,
      items: \.reasons
    ) { ConfigurationText.reasons($0.reasons, $1) }
  }
}

/// Deletes a reason.
struct ReasonDelete: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a reason that no agent gives now.")

  @Argument(help: "The reason.")
  var reason: String

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.DeleteInactiveReasonRequest(
      requestID: change.id, reasonID: reason, etag: removal.etag)
    let answer = try await session.client.call(AdminServiceMethods.deleteInactiveReason, request)
    try session.show(answer) { _ in "Reason \(SafeText.line(reason)) is deleted." }
  }
}
