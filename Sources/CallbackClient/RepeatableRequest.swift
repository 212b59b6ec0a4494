public import CallbackMessages
public import ProtobufC

/// A request that carries a request id, and so may be repeated without harm.
public protocol RepeatableRequest: WireMessage {
  /// The id; empty: the daemon does not remember the request.
  var requestID: String { get set }
}

extension V1.RequestCallbackRequest: RepeatableRequest {}
extension V1.UpdateCallbackRequest: RepeatableRequest {}
extension V1.CancelCallbackRequest: RepeatableRequest {}
extension V1.AcceptOfferRequest: RepeatableRequest {}
extension V1.RejectOfferRequest: RepeatableRequest {}
extension V1.SetAgentStatusRequest: RepeatableRequest {}
extension V1.ReportOutcomeRequest: RepeatableRequest {}
extension V1.RecordDispositionRequest: RepeatableRequest {}
extension V1.StartLeadRequest: RepeatableRequest {}
extension V1.MatchCallerRequest: RepeatableRequest {}
extension V1.PutQueueRequest: RepeatableRequest {}
extension V1.DeleteQueueRequest: RepeatableRequest {}
extension V1.PutAgentRequest: RepeatableRequest {}
extension V1.DeleteAgentRequest: RepeatableRequest {}
extension V1.PutLocationRequest: RepeatableRequest {}
extension V1.DeleteLocationRequest: RepeatableRequest {}
extension V1.PutNumberRequest: RepeatableRequest {}
extension V1.DeleteNumberRequest: RepeatableRequest {}
extension V1.SettleAttemptRequest: RepeatableRequest {}
