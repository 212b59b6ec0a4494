import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListQueuesRequest: PageRequest {}

extension AdminService {
  /// Makes or replaces a queue.
  func putQueue(_ request: V1.PutQueueRequest) throws -> CommandCall<V1.PutQueueResponse> {
    let wanted = try Field.required(request.queue, "queue")
    let put = try wanted.put()
    let command = Command.putQueue(
      put, ifRevision: try Etag.revision(wanted.etag, "queue.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      // Built from the request, which a repetition brings again, so that its answer is the same.
      let queue = Queue(
        id: put.id, name: put.name, stored: put.settings,
        settings: QueueSettings().applying(put.settings), revision: revision)
      var message = V1.Queue(queue)
      // A Put leaves the doors as they are; Get tells how they stand.
      (message.accepting, message.offering) = (.unspecified, .unspecified)
      return V1.PutQueueResponse(logPosition: at.position, queue: message)
    }
  }

  /// Gives a queue.
  func getQueue(_ request: V1.GetQueueRequest) throws -> ReadCall<V1.GetQueueResponse> {
    let id: QueueID = try Field.identifier(request.queueID, "queue_id")
    return { state, point in
      guard let queue = state.queue(id) else { throw Rejection.notFound(.queue(id)) }
      return V1.GetQueueResponse(logPosition: point.position, queue: V1.Queue(queue))
    }
  }

  /// Lists queues by id.
  func listQueues(_ request: V1.ListQueuesRequest) throws -> ReadCall<V1.ListQueuesResponse> {
    let (empty, after) = try request.page(of: V1.Queue.self)
    return { state, point in
      var page = empty
      page.fill(state.queueIDs.afterKey(after), bytes: \.keyBytes) { id in
        state.queue(id).map { V1.Queue($0) }
      }
      return V1.ListQueuesResponse(
        logPosition: point.position, queues: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Deletes a queue that nothing uses.
  func deleteQueue(
    _ request: V1.DeleteQueueRequest
  ) throws -> CommandCall<V1.DeleteQueueResponse> {
    let id: QueueID = try Field.identifier(request.queueID, "queue_id")
    return CommandCall(.deleteQueue(id, ifRevision: try Etag.revision(request.etag))) { _, at in
      V1.DeleteQueueResponse(logPosition: at.position)
    }
  }
}
