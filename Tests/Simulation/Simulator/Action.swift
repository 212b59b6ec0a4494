/// One thing that somebody does, or that happens, in a simulated run.
///
/// All chance of an action comes from its own seed, so that the others stay what they are when an
/// action is dropped while a failing run is being shortened.
public struct Action: Hashable, Sendable {
  /// What is done.
  public var kind: Kind
  /// Decides the rest: who does it, to what, and how.
  public var seed: UInt64

  /// Somebody does `kind`.
  public init(_ kind: Kind, seed: UInt64) { (self.kind, self.seed) = (kind, seed) }

  /// What can happen.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    // Callers and their IVR.
    case request, repeatRequest, cancel, update, requeue, callerReached, lateLookup, forget
    // Agents and their desktops.
    case openSession, closeSession, joinSession, leaveSession, status, otherCall, override
    case accept, reject
    // Dialling by desktops and connectors.
    case report, connectorAttaches, connectorDetaches, claim, connectorReports, staleReport
    case answerQueries, settle, disposition
    // Management.
    case pauseQueue, queueSettings, agentQueues, replaceAgent, serviceSettings, callingHours
    // Time.
    case pass, passToDeadline, wallJumps
    // The service and its log.
    case logFault, logSlow, logAnswers, crash, snapshot, hostEnds
    // Several of the above in one batch.
    case burst
  }
}
