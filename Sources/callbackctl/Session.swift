import ArgumentParser
import CallbackClient
import CallbackMessages
import ProtobufC

/// What a command works with: the daemon, and where its output goes.
struct Session: Sendable {
  /// The daemon.
  let client: CallbackClient
  /// Where output goes.
  let console: Console
  /// Whether to print messages as JSON instead of text.
  let json: Bool

  /// A session by the options of a command line.
  ///
  /// - Parameter patience: how long a call may take where the command line does not say.
  init(_ globals: GlobalOptions, patience: Duration) {
    let limit = globals.timeout?.duration ?? patience
    client = CallbackClient(
      socket: globals.socketPath,
      configuration: CallbackClient.Configuration(timeout: limit == .zero ? nil : limit))
    console = Console.standard(color: globals.color)
    json = globals.json
  }

  /// A session of parts.
  init(client: CallbackClient, console: Console, json: Bool = false) {
    self.client = client
    self.console = console
    self.json = json
  }

  /// Prints a message: as JSON where that is asked for, else as `text` says.
  func show(_ message: some WireMessage, _ text: (Look) -> String) throws {
    console.print(json ? try message.jsonLine() : text(console.look))
  }

  /// Reads a listing and prints it: its first page, or all pages as one.
  ///
  /// - Parameters:
  ///   - pages: the listing.
  ///   - all: whether to go on after the first page.
  ///   - items: where the items of a page are.
  ///   - text: the listing for people.
  func showPages<Request, Page: PagedResponse, Item>(
    _ pages: PageSequence<Request, Page>, all: Bool, items: WritableKeyPath<Page, [Item]>,
    _ text: (Page, Look) -> String
  ) async throws {
    var whole: Page?
    for try await page in pages {
      if whole == nil {
        whole = page
      } else {
        whole?[keyPath: items] += page[keyPath: items]
        whole?.nextPageToken = page.nextPageToken
      }
      if !all { break }
    }
    guard let whole else { return }
    try show(whole) { text(whole, $0) }
    if !whole.nextPageToken.isEmpty { console.remark("There are more; --all lists all of them.") }
  }
}

/// A command that talks to the daemon.
protocol ClientCommand: AsyncParsableCommand {
  /// How long a call may take unless `--timeout` says otherwise.
  static var patience: Duration { get }
  /// Whether the command ends when nobody reads its output any more, although there is nothing to
  /// be written: what goes on until it is told otherwise.
  static var endsWithItsReader: Bool { get }
  /// The options that all of them have.
  var globals: GlobalOptions { get }
  /// Does the command's work.
  func run(in session: Session) async throws
}

extension ClientCommand {
  static var patience: Duration { .seconds(10) }
  static var endsWithItsReader: Bool { false }

  /// Connects, does the work, and closes the connection.
  func run() async throws {
    if Self.endsWithItsReader { OutputReader.endWithIt() }
    let session = Session(globals, patience: Self.patience)
    do {
      try await run(in: session)
    } catch {
      await session.client.close()
      throw error
    }
    await session.client.close()
  }
}
