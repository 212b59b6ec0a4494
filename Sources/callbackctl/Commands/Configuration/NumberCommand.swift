import ArgumentParser
import CallbackClient
import CallbackMessages

/// Dialled numbers.
struct NumberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "number",
    abstract: "Numbers that callers dial, with location, ad source and queue.",
    subcommands: [NumberPut.self, NumberGet.self, NumberList.self, NumberDelete.self])
}

/// Makes or changes a dialled number.
struct NumberPut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Add a dialled number, or change what is given of one.",
    discussion: """
      Example:
        callbackctl number put +15105550100 --location oakland --ad "Spring billboard" --queue sales
      """)

  @Argument(help: "The number: E.164, or as people write it.")
  var number: String

  @Option(help: "The location that it belongs to.")
  var location: String?

  @Option(help: ArgumentHelp("The ad that shows it.", valueName: "source"))
  var ad: String?

  @Option(help: "The queue for its callers.")
  var queue: String?

  @OptionGroup var put: PutOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  /// The number after the change.
  func changed(_ current: V1.DialledNumber?) -> V1.DialledNumber {
    var number = current ?? V1.DialledNumber(number: self.number)
    if let location { number.locationID = location }
    if let ad { number.adSource = ad }
    if let queue { number.queueID = queue }
    return number
  }

  func run(in session: Session) async throws {
    let current = try await put.current {
      let request = V1.GetNumberRequest(number: number)
      return try await session.client.call(AdminServiceMethods.getNumber, request).number
    }
    let request = V1.PutNumberRequest(requestID: change.id, number: changed(current))
    let answer = try await session.client.call(AdminServiceMethods.putNumber, request)
    try session.show(answer) { ConfigurationText.number(answer.number ?? V1.DialledNumber(), $0) }
  }
}

/// Shows a dialled number.
struct NumberGet: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show a dialled number.")

  @Argument(help: "The number: E.164, or as people write it.")
  var number: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetNumberRequest(number: number)
    let answer = try await session.client.call(AdminServiceMethods.getNumber, request)
    try session.show(answer) { ConfigurationText.number(answer.number ?? V1.DialledNumber(), $0) }
  }
}

/// Lists dialled numbers.
struct NumberList: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the dialled numbers.")

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListNumbersRequest(pageSize: paging.pageSize)
    try await session.showPages(
      session.client.pages(AdminServiceMethods.listNumbers, request), all: paging.all,
      items: \.numbers
    ) { ConfigurationText.numbers($0.numbers, $1) }
  }
}

/// Deletes a dialled number.
struct NumberDelete: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a dialled number.")

  @Argument(help: "The number: E.164, or as people write it.")
  var number: String

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.DeleteNumberRequest(
      requestID: change.id, number: number, etag: removal.etag)
    let answer = try await session.client.call(AdminServiceMethods.deleteNumber, request)
    try session.show(answer) { _ in "Number \(SafeText.line(number)) is deleted." }
  }
}
