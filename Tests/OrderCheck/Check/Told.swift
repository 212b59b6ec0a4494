import CallbackCore
import CallbackMessages
import EventLog

/// An answer or a refusal of the history, and how it is held to the log.
struct Told {
  /// Where the operation is in the history.
  let index: Int
  let operation: Operation
  /// The position at which it says to be true.
  let position: LogPosition
  let judgement: Judgement

  /// When the answer was there; it is there.
  var ended: UInt64 { operation.ended ?? .max }

  /// How an answer is compared.
  enum Judgement {
    /// With the state at its position.
    case state((CallCenter, inout Differences) -> Void)
    /// With the reply that the log remembers under the request id, and the state right behind it.
    case command(id: String, (Reply, CallCenter, inout Differences) -> Void)
    /// With how the offer ends that it calls closed.
    case closedOffer(ClosedOffer)
  }

  /// An offer that a refusal calls closed.
  struct ClosedOffer {
    let offer: OfferID
    let state: V1.OfferState
  }
}
