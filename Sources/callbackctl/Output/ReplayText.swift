import CallbackCore
import CallbackMessages
import CallbackWire
import EventLog

/// A replayed state as a snapshot holds it: equal states have equal bytes.
struct StateBytes {
  /// The bytes, part by part.
  let parts: [[UInt8]]
  /// A checksum of them, in hexadecimal.
  let digest: String

  init(of replay: LogReplay) {
    var digest: UInt64 = 0
    var parts: [[UInt8]] = []
    SnapshotCodec.encode(replay.state.snapshot()) { (part: [UInt8]) throws(Never) in
      digest = part.withUnsafeBytes {
        RecordChain.next(after: digest, position: replay.position, payload: $0)
      }
      parts.append(part)
    }
    let digits = String(digest, radix: 16)
    self.digest = String(repeating: "0", count: 16 - digits.count) + digits
    self.parts = parts
  }
}

/// A replayed state for people.
enum ReplayText {
  /// Where it is, and who waits, works and is called.
  static func rendered(_ replay: LogReplay, digest: String, _ look: Look) -> String {
    let state = replay.state
    var fields = FieldList()
    fields.add("position", "\(replay.position)")
    fields.add("time", look.time.readable(Moment(milliseconds: state.counters.wall.milliseconds)))
    fields.add("digest", digest)
    if replay.start > 0 { fields.add("replayed from", "the snapshot at \(replay.start)") }
    fields.add("callbacks", "\(state.liveCallbackCount) live, \(state.counters.taken) taken")
    var parts = [fields.rendered(look.style)]
    if let table = callbacks(of: state, look) { parts.append(table) }
    if let table = agents(of: state, look) { parts.append(table) }
    return parts.joined(separator: "\n\n")
  }

  private static func callbacks(of state: CallCenter, _ look: Look) -> String? {
    var table = Table("CALLBACK", "QUEUE", "STATE", "PRIORITY", "NUMBER", "REQUESTED")
    var count = 0
    var last: CallbackID?
    while true {
      let page = state.callbacks(after: last, limit: 1_000)
      guard let end = page.last else { break }
      last = end.id
      for callback in page where callback.state.isLive {
        count += 1
        table.add(
          "\(callback.id)", callback.queue.rawValue, V1.CallbackState(callback.state).words,
          "\(callback.priority)", callback.request.value.number.e164,
          look.time.readable(Moment(milliseconds: callback.requestedAt.milliseconds)))
      }
    }
    return count == 0 ? nil : table.rendered(look.style)
  }

  private static func agents(of state: CallCenter, _ look: Look) -> String? {
    var table = Table("AGENT", "STATUS")
    var count = 0
    var last: AgentID?
    while true {
      let page = state.agents(after: last, limit: 1_000)
      guard let end = page.last else { break }
      last = end.id
      for agent in page {
        count += 1
        table.add(agent.id.rawValue, AgentText.name(V1.AgentWorkState(agent.status)))
      }
    }
    return count == 0 ? nil : table.rendered(look.style)
  }
}
