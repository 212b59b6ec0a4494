import CallbackMessages
import CallbackWire

/// Callbacks from request to outcome: `callback.v1.CallbackService`.
struct CallbackService: Sendable {
  let context: ServiceContext
  /// What ResolveCaller answered lately.
  let resolved: ResolvedAnswers

  init(context: ServiceContext) {
    self.context = context
    resolved = ResolvedAnswers(resolver: context.resolver, mirror: context.numbers.mirror)
  }

  /// Registers every method of the service.
  func register(on methods: inout MethodRegistrar) {
    typealias Methods = CallbackServiceMethods
    methods.command(Methods.requestCallback, requestCallback)
    methods.command(Methods.updateCallback, updateCallback)
    methods.command(Methods.cancelCallback, cancelCallback)
    methods.command(Methods.requeueCallback, requeueCallback)
    methods.command(Methods.reportCallerReached, reportCallerReached)
    methods.unary(Methods.estimateWait, estimateWait)
    methods.unary(Methods.getCallback, getCallback)
    methods.read(Methods.listCallbacks, listCallbacks)
    methods.read(Methods.explainCallback, explainCallback)
    methods.push(Methods.watchOffers, watchOffers)
    methods.command(Methods.attachAgent, attachAgent)
    methods.command(Methods.detachAgent, detachAgent)
    methods.command(Methods.acceptOffer, acceptOffer)
    methods.command(Methods.rejectOffer, rejectOffer)
    methods.command(Methods.setAgentStatus, setAgentStatus)
    methods.command(Methods.reportAgentCall, reportAgentCall)
    methods.read(Methods.getAgent, getAgent)
    methods.read(Methods.listAgents, listAgents)
    methods.command(Methods.reportOutcome, reportOutcome)
    methods.bulk(
      Methods.reportOutcomes, of: Methods.reportOutcome,
      { try Field.list($0.reports, "reports", count: 1...FieldLimits.reportsPerMessage) },
      reportOutcome, V1.ReportOutcomesResponse.init)
    methods.command(Methods.recordDisposition, recordDisposition)
    methods.serverStream(Methods.watchOutcomes, watchOutcomes)
    methods.unary(Methods.getCallerHistory, getCallerHistory)
    methods.serverStream(Methods.exportHistory, exportHistory)
    methods.unary(
      Methods.resolveCaller, kept: resolved.answer, atOnce: resolveCallerNow, resolveCaller)
    methods.unary(Methods.searchRecords, searchRecords)
    methods.unary(Methods.getRecord, getRecord)
    methods.unary(Methods.startLead, startLead)
    methods.unary(Methods.matchCaller, matchCaller)
    methods.unary(Methods.unmatchCaller, unmatchCaller)
  }
}
