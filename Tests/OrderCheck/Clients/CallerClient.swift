import CallbackMessages

/// A caller's side: asks for callbacks, and changes, cancels and reads those it knows.
struct CallerClient: Sendable {
  typealias Methods = CallbackServiceMethods

  /// Callbacks that it remembers.
  private static let memory = 12

  var client: RecordingClient
  var chance: SeededChance
  let numbers: Int
  /// Callbacks that it has heard of, with the version that it heard of last.
  private var known: [(id: String, etag: String)] = []

  init(client: RecordingClient, chance: SeededChance, numbers: Int) {
    (self.client, self.chance, self.numbers) = (client, chance, numbers)
  }

  /// Makes one call.
  mutating func act() async throws {
    guard let callback = known.randomElement(using: &chance) else { return try await ask() }
    switch chance.below(100) {
    case 0..<40: try await ask()
    case 40..<50: try await cancel(callback)
    case 50..<60: try await update(callback)
    case 60..<66:
      _ = try await client.call(
        Methods.requeueCallback,
        .init(requestID: client.nextID(), callbackID: callback.id))
    case 66..<72: try await reportReached()
    case 72..<84: try await read(callback.id)
    case 84..<90: try await list()
    case 90..<95:
      _ = try await client.call(
        Methods.getCallerHistory, .init(number: number(), pageSize: 100))
    case 95..<97:
      _ = try await client.call(
        Methods.estimateWait, .init(subject: .callbackID(callback.id)))
    default:
      _ = try await client.call(Methods.explainCallback, .init(callbackID: callback.id))
    }
  }

  private mutating func number() -> String { "+1212555\(1_000 + chance.below(numbers))" }

  private mutating func ask() async throws {
    let request = V1.RequestCallbackRequest(
      requestID: client.nextID(), callerName: "Caller \(client.number)",
      callerNumber: number(), queueID: Load.queue, priority: Int32(chance.below(3)),
      note: chance.below(4) == 0 ? "note \(chance.below(9))" : "")
    guard let taken = try await client.call(Methods.requestCallback, request) else { return }
    remember(taken.callbackID, taken.etag)
  }

  /// With the version that was last seen, or with none.
  private mutating func cancel(_ callback: (id: String, etag: String)) async throws {
    _ = try await client.call(
      Methods.cancelCallback,
      .init(
        requestID: client.nextID(), callbackID: callback.id,
        etag: chance.below(2) == 0 ? callback.etag : ""))
  }

  private mutating func update(_ callback: (id: String, etag: String)) async throws {
    let request = V1.UpdateCallbackRequest(
      requestID: client.nextID(), callbackID: callback.id,
      etag: chance.below(2) == 0 ? callback.etag : "",
      priority: .init(priority: Int32(chance.below(5)) - 2),
      note: .init(note: "changed by \(client.number)"))
    guard let changed = try await client.call(Methods.updateCallback, request) else { return }
    remember(changed.callbackID, changed.etag)
  }

  private mutating func reportReached() async throws {
    let phases: [V1.CallerReachedPhase] = [.arrived, .left, .served]
    _ = try await client.call(
      Methods.reportCallerReached,
      .init(
        requestID: client.nextID(), target: .number(number()), phase: phases[chance.below(3)]))
  }

  private mutating func read(_ id: String) async throws {
    let response = try await client.call(Methods.getCallback, .init(callbackID: id))
    if let callback = response?.callback { remember(callback.callbackID, callback.etag) }
  }

  private mutating func list() async throws {
    let request =
      chance.below(2) == 0
      ? V1.ListCallbacksRequest(queueID: Load.queue, pageSize: 10)
      : V1.ListCallbacksRequest(number: number())
    let response = try await client.call(Methods.listCallbacks, request)
    if let callback = response?.callbacks.randomElement(using: &chance) {
      remember(callback.callbackID, callback.etag)
    }
  }

  private mutating func remember(_ id: String, _ etag: String) {
    known.removeAll { $0.id == id }
    known.append((id, etag))
    if known.count > Self.memory { known.removeFirst() }
  }
}
