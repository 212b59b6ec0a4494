import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import UnixRPC

extension ServiceContext {
  /// What the directory knows of a caller; nil where that must be waited for.
  func lookUpNow(_ lines: [PhoneNumber.Line]) -> CallerLookup? {
    lines.isEmpty ? CallerLookup.none : resolver.resolveNow(lines)?.lookup
  }

  /// The same within the budget.
  func lookUp(
    _ lines: [PhoneNumber.Line], onLate: (@Sendable (CallerLookup) -> Void)? = nil
  ) async -> CallerLookup {
    if lines.isEmpty { return .none }
    return await resolver.resolve(lines) { onLate?($0.lookup) }.lookup
  }

  /// What is to become of a late answer of the directory about a number to call back: the rules are
  /// told (DOMAIN, "Who is calling").
  func lateLookup(of line: PhoneNumber.Line) -> LateLookup {
    LateLookup { callback, lookup in
      let command = Command.updateResolution(callback, lookup, asked: line)
      engine.submit(Submission(command, actor: .service)) { result in
        if case .failure(let error) = result {
          logger.warning("late answer of the directory is lost", metadata: ["error": "\(error)"])
        }
      }
    }
  }

  /// A callback out of the history.
  ///
  /// - Parameter holder: who has its offer or its attempt.
  func message(
    of callback: Callback, heldBy holder: AgentID? = nil, _ clocks: Clocks
  ) -> V1.Callback {
    let location = callback.request.value.location
    let name = numbers.mirror.place(location)?.name ?? location?.rawValue ?? ""
    return V1.Callback(callback, in: .init(locationName: name, holder: holder), at: clocks)
  }
}
