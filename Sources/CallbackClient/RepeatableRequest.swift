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
extension V1.AttachAgentRequest: RepeatableRequest {}
extension V1.DeleteExclusionRequest: RepeatableRequest {}
extension V1.DeleteInactiveReasonRequest: RepeatableRequest {}
extension V1.DetachAgentRequest: RepeatableRequest {}
extension V1.OverrideAgentRequest: RepeatableRequest {}
extension V1.PutExclusionRequest: RepeatableRequest {}
extension V1.PutInactiveReasonRequest: RepeatableRequest {}
extension V1.PutSettingsRequest: RepeatableRequest {}
extension V1.ReportAgentCallRequest: RepeatableRequest {}
extension V1.ReportCallerReachedRequest: RepeatableRequest {}
extension V1.RequeueCallbackRequest: RepeatableRequest {}
extension V1.SetAgentQueuesRequest: RepeatableRequest {}
extension V1.SetQueueStateRequest: RepeatableRequest {}
