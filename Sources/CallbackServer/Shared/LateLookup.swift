import CallbackCore
import Synchronization

/// Brings together a directory's late answer and the callback that it is about, whichever comes
/// first, and hands them on once.
final class LateLookup: Sendable {
  private struct State {
    var callback: CallbackID?
    var lookup: CallerLookup?
  }

  private let state = Mutex(State())
  private let handOn: @Sendable (CallbackID, CallerLookup) -> Void

  /// - Parameter handOn: what to do with both.
  init(_ handOn: @escaping @Sendable (CallbackID, CallerLookup) -> Void) { self.handOn = handOn }

  /// The directory has answered after all.
  func answered(_ lookup: CallerLookup) {
    let callback = state.withLock { state in
      state.lookup = lookup
      return state.callback
    }
    if let callback { handOn(callback, lookup) }
  }

  /// The request has become this callback.
  func became(_ callback: CallbackID) {
    let lookup = state.withLock { state in
      state.callback = callback
      return state.lookup
    }
    if let lookup { handOn(callback, lookup) }
  }
}
