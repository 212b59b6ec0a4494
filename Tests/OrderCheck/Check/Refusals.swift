import CallbackCore
import CallbackMessages
import EventLog
import FoundationEssentials
import ProtobufC

/// How refusals are compared: what a reason says must be so in the state at its position.
enum Refusals {
  /// Reasons of what was refused without the rules, and has no position.
  private static let withoutRules: Set<OptionsV1.Reason> = [.overloaded, .logFull]

  /// What is read of a refusal; nil where the rules had no part in it.
  ///
  /// - Throws: why it cannot be compared.
  static func read(
    _ refused: Operation.Refused, of operation: Operation
  ) throws(Unreadable) -> Answers.Reading? {
    let reason = OptionsV1.Reason(rawValue: refused.reason)
    if withoutRules.contains(reason) { return nil }
    guard let position = refused.metadata["log_position"].flatMap({ LogPosition($0) }) else {
      throw Unreadable(words: "\(reason) has no position: \(refused.words)")
    }
    return Answers.Reading(
      position: position, judgement: try judgement(reason, refused, operation))
  }

  /// A refusal that cannot be compared.
  struct Unreadable: Error {
    let words: String
  }

  private static func judgement(
    _ reason: OptionsV1.Reason, _ refused: Operation.Refused, _ operation: Operation
  ) throws(Unreadable) -> Told.Judgement {
    let about = refused.metadata
    switch reason {
    case .offerClosed:
      guard let closed = try? V1.OfferClosed(wire: Array(refused.offerClosed)),
        let id = OfferID(text: closed.offerID)
      else { throw Unreadable(words: "OFFER_CLOSED does not say which, or how") }
      return .closedOffer(Told.ClosedOffer(offer: id, state: closed.state))
    case .offerNotFound:
      return absent { state in OfferID(text: about["offer_id"] ?? "").flatMap { state.offer($0) } }
    case .callbackNotFound:
      return try callbackNotFound(about, operation)
    case .attemptNotFound:
      return absent { state in
        AttemptID(text: about["attempt_id"] ?? "").flatMap { state.attempt($0) }
      }
    case .agentNotFound:
      return absent { state in state.agent(AgentID(about["agent_id"] ?? "")) }
    case .callbackState:
      return .state { state, differences in
        let callback = CallbackID(text: about["callback_id"] ?? "").flatMap { state.callback($0) }
        differences.expect(
          "state", about["state"], is: callback.map { Names.unprefixed(Names.state($0.state)) })
      }
    case .attemptState:
      return .state { state, differences in
        let attempt = AttemptID(text: about["attempt_id"] ?? "").flatMap { state.attempt($0) }
        differences.expect("state", about["state"], is: attempt.map { Names.phase($0.phase) })
      }
    case .etagMismatch: return try etagMismatch(about, operation)
    default: throw Unreadable(words: "nobody compares \(reason): \(refused.words)")
    }
  }

  private static func absent<Thing>(_ find: @escaping (CallCenter) -> Thing?) -> Told.Judgement {
    .state { state, differences in
      differences.require(find(state) == nil, "it is there, by the log")
    }
  }

  /// A callback by its id, or the callbacks of a number.
  private static func callbackNotFound(
    _ about: [String: String], _ operation: Operation
  ) throws(Unreadable) -> Told.Judgement {
    if let id = about["callback_id"].flatMap({ CallbackID(text: $0) }) {
      return absent { state in state.callback(id) }
    }
    guard
      let request = try? V1.ReportCallerReachedRequest(wire: Array(operation.request)),
      case .number(let number) = request.target
    else { throw Unreadable(words: "CALLBACK_NOT_FOUND does not say which") }
    return absent { state in state.callbacks(of: PhoneNumber.Line(e164: number)).first }
  }

  private static func etagMismatch(
    _ about: [String: String], _ operation: Operation
  ) throws(Unreadable) -> Told.Judgement {
    let etag: String
    switch operation.method {
    case CallbackServiceMethods.cancelCallback.path:
      etag = (try? V1.CancelCallbackRequest(wire: Array(operation.request)))?.etag ?? ""
    case CallbackServiceMethods.updateCallback.path:
      etag = (try? V1.UpdateCallbackRequest(wire: Array(operation.request)))?.etag ?? ""
    default: throw Unreadable(words: "nobody compares the etags of \(operation.method)")
    }
    return .state { state, differences in
      let callback = CallbackID(text: about["callback_id"] ?? "").flatMap { state.callback($0) }
      differences.require(callback != nil, "there is no such callback, by the log")
      differences.require(
        callback.map { Names.etag($0.revision) != etag } ?? true, "\(etag) is the newest version")
    }
  }
}
