import ArgumentParser
import CallbackCore
import CallbackMessages
import EventLog
import PostgresEventLog
import SQLiteEventLog

/// Shows the state of a moment.
struct LogReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show the state that the log gives up to a record or a moment.",
    discussion: """
      Replays what the log holds with the rules that decided it. Changes nothing, and may run \
      while a daemon writes. The digest is of all bytes of the state: the same moment always has \
      the same. With --json every part of the state is a line, as snapshots hold it.

      Examples:
        callbackctl log replay --until 1200
        callbackctl log replay --until 2026-11-27T09:30:00Z
        callbackctl log replay --connection "dbname=callbacks" --stream berlin
      """)

  @Option(
    help: ArgumentHelp(
      "A position of the log, or a moment. Default: the end of the log.",
      valueName: "position|time"))
  var until: ReplayEnd?

  @OptionGroup var log: LogOptions

  func run() throws {
    let console = Console.standard(color: log.directory.color)
    let end = until?.end ?? .head
    let replay = try log.read { directory throws(EventLogError) in
      try SQLiteEventStore.replay(directory: directory, until: end)
    } postgres: { options throws(EventLogError) in
      try PostgresEventStore.replay(options, until: end)
    }
    let bytes = StateBytes(of: replay)
    guard log.directory.json else {
      return console.print(ReplayText.rendered(replay, digest: bytes.digest, console.look))
    }
    console.print("{\"position\":\"\(replay.position)\",\"digest\":\"\(bytes.digest)\"}")
    for part in bytes.parts {
      let message = try part.withUnsafeBytes { try LogV1.SnapshotPart(wire: $0) }
      console.print(try message.jsonLine())
    }
  }
}

/// A position, or a moment of the wall clock.
struct ReplayEnd: ExpressibleByArgument, Equatable {
  /// What the log is asked for.
  var end: LogReplay.End

  /// Reads digits as a position, and anything else as a moment.
  init?(argument: String) {
    if let position = UInt64(argument) {
      end = .position(position)
    } else if let past = PastMomentArgument(argument: argument) {
      end = .time(WallTime(past.moment.milliseconds))
    } else {
      return nil
    }
  }
}
