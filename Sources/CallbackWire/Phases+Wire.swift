public import CallbackCore
public import CallbackMessages

extension V1.AgentCallPhase {
  /// What telephony tells about an agent's other call.
  public func phase(_ path: String) throws(FieldError) -> AgentCallPhase {
    switch try Field.said(self, path) {
    case .started: .started
    default: .ended
    }
  }
}

extension V1.CallerReachedPhase {
  /// How far a caller who phoned in again has come.
  public func phase(_ path: String) throws(FieldError) -> CallerReachedPhase {
    switch try Field.said(self, path) {
    case .arrived: .arrived
    case .served: .served
    default: .left
    }
  }
}
