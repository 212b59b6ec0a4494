import ArgumentParser
import CallbackClient
import CallbackMessages

/// Queues.
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Queues and their settings.",
    subcommands: [
      QueuePut.self, QueueGet.self, QueueList.self, QueueDelete.self, QueueOpen.self,
      QueueClose.self,
    ])
}

/// Makes or changes a queue.
struct QueuePut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Add a queue, or change what is given of one.",
    discussion: """
      Every setting takes the word default to go back to the service's own.

      Examples:
        callbackctl queue put sales --name "Sales callbacks"
        callbackctl queue put sales --dialing connector --cascade-timeout 15s
        callbackctl queue put sales --accept leads,customers --max-attempts 5
        callbackctl queue put sales --cooldown default
      """)

  @Argument(help: "The queue's id.")
  var queue: String

  @Option(help: "What agents see. Default: the id.")
  var name: String?

  @OptionGroup(title: "Settings") var settings: QueueSettingsOptions
  @OptionGroup var put: PutOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  /// The queue after the change.
  func changed(_ current: V1.Queue?) -> V1.Queue {
    var queue = current ?? V1.Queue(queueID: self.queue)
    if let name { queue.name = name }
    queue.settings = settings.applied(to: queue.settings ?? V1.QueueSettings())
    queue.effectiveSettings = nil
    return queue
  }

  func run(in session: Session) async throws {
    let current = try await put.current {
      let request = V1.GetQueueRequest(queueID: queue)
      return try await session.client.call(AdminServiceMethods.getQueue, request).queue
    }
    let request = V1.PutQueueRequest(requestID: change.id, queue: changed(current))
    let answer = try await session.client.call(AdminServiceMethods.putQueue, request)
    try session.show(answer) { ConfigurationText.queue(answer.queue ?? V1.Queue(), $0) }
  }
}

/// Shows a queue.
struct QueueGet: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show a queue with the settings in force.",
    discussion: """
      Example:
        callbackctl queue get sales
      """)

  @Argument(help: "The queue.")
  var queue: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetQueueRequest(queueID: queue)
    let answer = try await session.client.call(AdminServiceMethods.getQueue, request)
    try session.show(answer) { ConfigurationText.queue(answer.queue ?? V1.Queue(), $0) }
  }
}

/// Lists queues.
struct QueueList: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the queues by id.")

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListQueuesRequest(pageSize: paging.pageSize)
    try await session.showPages(
      session.client.pages(AdminServiceMethods.listQueues, request), all: paging.all,
      items: \.queues
    ) { ConfigurationText.queues($0.queues, $1) }
  }
}

/// Deletes a queue.
struct QueueDelete: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete a queue that nothing uses.",
    discussion: """
      Example:
        callbackctl queue delete sales
      """)

  @Argument(help: "The queue.")
  var queue: String

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.DeleteQueueRequest(
      requestID: change.id, queueID: queue, etag: removal.etag)
    let answer = try await session.client.call(AdminServiceMethods.deleteQueue, request)
    try session.show(answer) { _ in "Queue \(SafeText.line(queue)) is deleted." }
  }
}
