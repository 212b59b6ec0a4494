import CallbackCore
import CallbackMessages
import CallbackWire
import EventLog
import SQLiteEventLog

/// A replayed state for people.
enum ReplayText {
  /// Where it is, and who waits, works and is called.
  static func rendered(_ replay: LogReplay, _ look: Look) -> String {
    let state = replay.state
    var fields = FieldList()
    fields.add("position", "\(replay.position)")
    fields.add("time", look.time.readable(Moment(milliseconds: state.counters.wall.milliseconds)))
    fields.add("digest", digest(replay))
    if replay.start > 0 { fields.add("replayed from", "the snapshot at \(replay.start)") }
    fields.add("callbacks", "\(state.liveCallbackCount) live, \(state.counters.taken) taken")
    var parts = [fields.rendered(look.style)]
    if let table = callbacks(of: state, look) { parts.append(table) }
    if let table = agents(of: state, look) { parts.append(table) }
    return parts.joined(separator: "\n\n")
  }

  /// The checksum of the state's bytes, in hexadecimal.
  static func digest(_ replay: LogReplay) -> String {
    let digits = String(replay.digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
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
