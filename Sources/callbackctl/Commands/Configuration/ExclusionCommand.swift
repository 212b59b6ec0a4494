import ArgumentParser
import CallbackClient
import CallbackMessages

/// Numbers that are not called back.
struct ExclusionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exclusion",
    abstract: "Numbers that are not called back, everywhere or for one location.",
    subcommands: [ExclusionPut.self, ExclusionList.self, ExclusionDelete.self])
}

/// Makes or replaces an exclusion.
struct ExclusionPut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Exclude a number.",
    discussion: """
      Example:
        callbackctl exclusion put "(510) 555-0123" --note "asked not to be called"
      """)

  @Argument(help: "The number, as people write it; all its extensions are excluded.")
  var number: String

  @Option(help: "Only for requests of this location. Default: everywhere.")
  var location = ""

  @Option(help: "Why; at most 256 bytes.")
  var note = ""

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let exclusion = V1.Exclusion(
      number: number, locationID: location, note: note, etag: removal.etag)
    let request = V1.PutExclusionRequest(requestID: change.id, exclusion: exclusion)
    let answer = try await session.client.call(AdminServiceMethods.putExclusion, request)
    try session.show(answer) { look in
      ConfigurationText.exclusions([answer.exclusion ?? V1.Exclusion()], look)
    }
  }
}

/// Lists the exclusions.
struct ExclusionList: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the exclusions by number.")

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListExclusionsRequest(pageSize: paging.pageSize)
    try await session.showPages(
      session.client.pages(AdminServiceMethods.listExclusions, request), all: paging.all,
      items: \.exclusions
    ) { ConfigurationText.exclusions($0.exclusions, $1) }
  }
}

/// Deletes an exclusion.
struct ExclusionDelete: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Let a number be called back again.")

  @Argument(help: "The number, as people write it.")
  var number: String

  @Option(help: "The exclusion of this location. Default: the one for everywhere.")
  var location = ""

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.DeleteExclusionRequest(
      requestID: change.id, number: number, locationID: location, etag: removal.etag)
    let answer = try await session.client.call(AdminServiceMethods.deleteExclusion, request)
    try session.show(answer) { _ in "The number is called back again." }
  }
}
