import CallbackCore
import CallbackMessages
import CallbackWire
import ProtobufC

/// A request that changes something and may be repeated: the same request id gives the same answer.
protocol RepeatableRequest: WireMessage {
  /// The client's name for this request; empty where the client does not mean to repeat it.
  var requestID: String { get set }
}

extension RepeatableRequest {
  /// What makes the request repeatable for a user; nil without a request id.
  func key(for user: Actor) throws(FieldError) -> RequestKey? {
    let id = try Field.text(requestID, "request_id", atMost: FieldLimits.requestIDBytes)
    return id.isEmpty ? nil : RequestKey(user: user, id: id)
  }

  /// What the request asks for, apart from its id.
  func fingerprint(path: String) -> Fingerprint {
    var content = self
    content.requestID = ""
    return RequestFingerprint.of(content, path: path)
  }
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
extension V1.RequeueCallbackRequest: RepeatableRequest {}
extension V1.ReportCallerReachedRequest: RepeatableRequest {}
extension V1.AttachAgentRequest: RepeatableRequest {}
extension V1.DetachAgentRequest: RepeatableRequest {}
extension V1.ReportAgentCallRequest: RepeatableRequest {}
extension V1.SetAgentQueuesRequest: RepeatableRequest {}
extension V1.SetQueueStateRequest: RepeatableRequest {}
extension V1.OverrideAgentRequest: RepeatableRequest {}
extension V1.PutExclusionRequest: RepeatableRequest {}
extension V1.DeleteExclusionRequest: RepeatableRequest {}
extension V1.PutInactiveReasonRequest: RepeatableRequest {}
extension V1.DeleteInactiveReasonRequest: RepeatableRequest {}
extension V1.PutSettingsRequest: RepeatableRequest {}
