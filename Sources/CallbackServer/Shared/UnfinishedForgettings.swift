import CallbackCore
import CallbackEngine
import CallbackWire
import CallerDirectory
import EventLog

/// Numbers of which it is decided that they are forgotten, and what is still to be done for it: a
/// kill or a failure came between.
///
/// The log keeps such a number as due until it is erased there, which is therefore done last, and
/// knows until then what is still to be overwritten. All of it may be done again.
struct UnfinishedForgettings: Sendable {
  /// From one try to the next at most.
  private static let longestPause = Duration.seconds(3_600)

  let context: ServiceContext

  /// Takes a number out of all that the daemon keeps, the log last.
  ///
  /// - Returns: what left the history, and how many records left the embedded directory.
  func finish(
    _ id: UInt64, of number: PhoneNumber
  ) async throws -> (entry: ForgettingEntry, records: UInt64) {
    let records = try await context.directory.forget(
      number.line, as: "\(context.engine.lineage)-\(id)")
    // No callback of the number asks for what is cached any more: none is left.
    try context.resolver.forget(number)
    return (try await context.engine.finishForgetting(id), UInt64(records))
  }

  /// Finishes what is due; what cannot be is said, and left.
  ///
  /// - Parameters:
  ///   - begins: is called when there is something to do, which may take minutes.
  ///   - isOwn: whether to do it now.
  /// - Returns: which are left.
  @discardableResult
  func finish(
    begins: () -> Void = {}, where isOwn: (UInt64) -> Bool = { _ in true }
  ) async -> Set<UInt64> {
    let found: [UnfinishedForgetting]
    do {
      found = try await context.engine.unfinishedForgettings()
    } catch {
      context.logger.warning(
        "whether a number is still to be forgotten is not known", metadata: ["error": "\(error)"])
      return []
    }
    var left = Set(found.map(\.id))
    for unfinished in found where isOwn(unfinished.id) {
      if Task.isCancelled { break }
      begins()
      do {
        let entry = try await finish(unfinished)
        left.remove(unfinished.id)
        context.logger.notice(
          "what was left of a number was forgotten",
          metadata: ["uid": "\(unfinished.actor.userID)", "callbacks": "\(entry.callbacks)"])
      } catch {
        context.logger.error(
          "a number is not wholly forgotten yet",
          metadata: ["error": "\(Refusal(anyError: error).reasonName)"])
      }
    }
    return left
  }

  private func finish(_ unfinished: UnfinishedForgetting) async throws -> ForgettingEntry {
    guard let e164 = unfinished.e164 else {
      return try await context.engine.finishForgetting(unfinished.id)
    }
    let read = try? context.numbers.number(e164, "number", in: context.numbers.defaultRegion)
    return try await finish(unfinished.id, of: read ?? PhoneNumber(e164: e164)).entry
  }

  /// Looks again and again, until the task is cancelled, and does what it finds a second time: what
  /// failed, and what another host on the log has left. Everybody waits while it is tried: where it
  /// fails the next look is after twice the time.
  func run(every interval: Duration) async {
    var pause = interval
    var seen: Set<UInt64> = []
    while true {
      do { try await Task.sleep(for: pause) } catch { return }
      let before = context.engine.isFirstHost ? seen : []
      seen = await finish(where: before.contains)
      pause = before.isDisjoint(with: seen) ? interval : min(pause * 2, Self.longestPause)
    }
  }
}
