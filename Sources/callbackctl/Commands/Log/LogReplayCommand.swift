import ArgumentParser
import CallbackCore
import CallbackMessages
import EventLog
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
      """)

  @Option(
    help: ArgumentHelp(
      "A position of the log, or a moment. Default: the end of the log.",
      valueName: "position|time"))
  var until: ReplayEnd?

  @OptionGroup var options: DataOptions

  func run() throws {
    let console = Console.standard(color: options.color)
    let replay: LogReplay
    do throws(EventLogError) {
      replay = try SQLiteEventStore.replay(
        directory: options.path, until: until?.end ?? .head)
    } catch {
      throw Failure(LogText.words(error, options.path))
    }
    guard options.json else { return console.print(ReplayText.rendered(replay, console.look)) }
    console.print(
      "{\"position\":\"\(replay.position)\",\"digest\":\"\(ReplayText.digest(replay))\"}")
    for part in replay.parts {
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
