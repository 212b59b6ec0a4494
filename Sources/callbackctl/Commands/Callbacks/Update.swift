import ArgumentParser
import CallbackClient
import CallbackMessages

/// Changes a waiting callback.
struct Update: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change priority, queue, time, number or note of a waiting callback.",
    discussion: """
      Examples:
        callbackctl update 06DXK0J5V3T2W8Y4ZB7N1QRCGM --priority 10
        callbackctl update 06DXK0J5V3T2W8Y4ZB7N1QRCGM --queue support --not-before +30m
        callbackctl update 06DXK0J5V3T2W8Y4ZB7N1QRCGM --not-before none
      """)

  @Argument(help: "The callback's id.")
  var callback: String

  @Option(help: "−100 to 100; higher goes first. Write a negative one as --priority=-5.")
  var priority: Int32?

  @Option(help: "The queue to move it to; it merges where its number already waits there.")
  var queue = ""

  @Option(
    help: ArgumentHelp("Not before: 14:30, +2h, 2026-11-23T14:30Z; none.", valueName: "time"))
  var notBefore: NotBefore?

  @Option(help: "The number to call back.")
  var number: String?

  @Option(help: "A note for the agent; an empty one takes it away.")
  var note: String?

  @Option(help: "Refuse unless this is still its newest version, as `show` gives it.")
  var etag = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  /// A moment, or the word for none.
  enum NotBefore: ExpressibleByArgument, Hashable, Sendable {
    case none
    case at(MomentArgument)

    init?(argument: String) {
      if argument == "none" {
        self = .none
      } else if let moment = MomentArgument(argument: argument) {
        self = .at(moment)
      } else {
        return nil
      }
    }
  }

  func validate() throws {
    if priority == nil, queue.isEmpty, notBefore == nil, number == nil, note == nil {
      throw ValidationError(
        "Say what to change: --priority, --queue, --not-before, --number or --note.")
    }
  }

  /// The request as it goes to the daemon.
  var message: V1.UpdateCallbackRequest {
    var message = V1.UpdateCallbackRequest(
      requestID: change.id, callbackID: callback, etag: etag, queueID: queue)
    message.priority = priority.map { V1.PriorityChange(priority: $0) }
    message.note = note.map { V1.NoteChange(note: $0) }
    message.number = number.map { V1.NumberChange(number: $0) }
    switch notBefore {
    case .some(.none): message.notBefore = V1.NotBeforeChange()
    case .some(.at(let at)): message.notBefore = V1.NotBeforeChange(notBefore: at.moment.wire)
    case nil: break
    }
    return message
  }

  func run(in session: Session) async throws {
    let changed = try await session.client.updateCallback(message)
    try session.show(changed) { _ in
      changed.merged
        ? "Its number waited there already: it is one with callback \(changed.callbackID) now."
        : "Changed; the callback is \(changed.state.words)."
    }
  }
}
