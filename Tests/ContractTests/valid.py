"""A request that is taken, for every unary method: what it is about is made first.

Building one again gives a request with other content."""

from contract import METHODS
from google.protobuf.duration_pb2 import Duration
from world import World

# By service and name; each makes what its request needs, without a request_id.
REQUESTS = {}


def request(name: str):
    """Registers how a valid request of a method is made."""

    def register(make):
        REQUESTS[name] = make
        return make

    return register


def needs_nothing(*names: str):
    """Methods whose empty request is valid."""
    for name in names:
        REQUESTS[name] = lambda w, name=name: w.type(METHODS[name].request)()


needs_nothing(
    "CallbackService/ListCallbacks", "CallbackService/ListAgents", "AdminService/ListQueues",
    "AdminService/ListAgentConfigs", "AdminService/ListLocations", "AdminService/ListNumbers",
    "AdminService/ListExclusions", "AdminService/ListInactiveReasons", "AdminService/GetSettings",
    "AdminService/ListDialers", "AdminService/GetServerInfo", "AdminService/GetStats",
    "AdminService/ReloadConfiguration", "AdminService/ListForgettings",
)

# MARK: - CallbackService


@request("CallbackService/RequestCallback")
def _(w: World):
    return w.request()


@request("CallbackService/UpdateCallback")
def _(w: World):
    return w.c.UpdateCallbackRequest(
        callback_id=w.callback(), note=w.c.NoteChange(note="Asked twice")
    )


@request("CallbackService/CancelCallback")
def _(w: World):
    return w.c.CancelCallbackRequest(callback_id=w.callback())


@request("CallbackService/RequeueCallback")
def _(w: World):
    return w.c.RequeueCallbackRequest(callback_id=w.cancelled())


@request("CallbackService/ReportCallerReached")
def _(w: World):
    return w.c.ReportCallerReachedRequest(
        callback_id=w.callback(), phase=w.c.CALLER_REACHED_PHASE_ARRIVED
    )


@request("CallbackService/GetCallback")
def _(w: World):
    return w.c.GetCallbackRequest(callback_id=w.callback())


@request("CallbackService/ExplainCallback")
def _(w: World):
    return w.c.ExplainCallbackRequest(callback_id=w.callback())


@request("CallbackService/EstimateWait")
def _(w: World):
    return w.c.EstimateWaitRequest(callback_id=w.callback())


@request("CallbackService/AttachAgent")
def _(w: World):
    queue = w.queue()
    return w.c.AttachAgentRequest(
        agent_id=w.agent(queue), session_id=w.desk(queue, ready=False).session_id
    )


@request("CallbackService/DetachAgent")
def _(w: World):
    desk = w.desk(w.queue(), ready=False)
    return w.c.DetachAgentRequest(agent_id=desk.agent_id, session_id=desk.session_id)


@request("CallbackService/AcceptOffer")
def _(w: World):
    desk, offer = w.offer()
    return w.c.AcceptOfferRequest(offer_id=offer.offer_id, agent_id=desk.agent_id)


@request("CallbackService/RejectOffer")
def _(w: World):
    desk, offer = w.offer()
    return w.c.RejectOfferRequest(offer_id=offer.offer_id, agent_id=desk.agent_id)


@request("CallbackService/SetAgentStatus")
def _(w: World):
    return w.c.SetAgentStatusRequest(agent_id=w.agent(), status=w.t.AGENT_STATUS_READY)


@request("CallbackService/ReportAgentCall")
def _(w: World):
    return w.c.ReportAgentCallRequest(
        agent_id=w.agent(), call_reference="pbx-1", phase=w.c.AGENT_CALL_PHASE_STARTED
    )


@request("CallbackService/GetAgent")
def _(w: World):
    return w.c.GetAgentRequest(agent_id=w.agent())


@request("CallbackService/ReportOutcome")
def _(w: World):
    _, attempt = w.attempt()
    return w.c.ReportOutcomeRequest(report=w.call_report(attempt, "ANSWERED"))


@request("CallbackService/RecordDisposition")
def _(w: World):
    return w.c.RecordDispositionRequest(
        attempt_id=w.ended_attempt(), disposition=w.t.Disposition.values()[1], note="Thanked us"
    )


@request("CallbackService/GetCallerHistory")
def _(w: World):
    return w.c.GetCallerHistoryRequest(number=w.number())


@request("CallbackService/ResolveCaller")
def _(w: World):
    return w.c.ResolveCallerRequest(number=w.number())


@request("CallbackService/SearchRecords")
def _(w: World):
    return w.c.SearchRecordsRequest(query="Customer")


@request("CallbackService/GetRecord")
def _(w: World):
    return w.c.GetRecordRequest(record_id=w.record())


@request("CallbackService/StartLead")
def _(w: World):
    return w.c.StartLeadRequest(name="Nina New", number=w.number())


@request("CallbackService/MatchCaller")
def _(w: World):
    return w.c.MatchCallerRequest(record_id=w.record(), number=w.number())


@request("CallbackService/UnmatchCaller")
def _(w: World):
    record, number = w.record(), w.number()
    w.calls.MatchCaller(w.c.MatchCallerRequest(record_id=record, number=number))
    return w.c.UnmatchCallerRequest(record_id=record, number=number)


# MARK: - AdminService


@request("AdminService/PutQueue")
def _(w: World):
    return w.a.PutQueueRequest(queue=w.a.Queue(queue_id=w.name("queue")))


@request("AdminService/GetQueue")
def _(w: World):
    return w.a.GetQueueRequest(queue_id=w.queue())


@request("AdminService/DeleteQueue")
def _(w: World):
    return w.a.DeleteQueueRequest(queue_id=w.queue())


@request("AdminService/SetQueueState")
def _(w: World):
    return w.a.SetQueueStateRequest(queue_id=w.queue(), accepting=w.a.QUEUE_SWITCH_CLOSED)


@request("AdminService/PutAgent")
def _(w: World):
    return w.a.PutAgentRequest(agent=w.a.AgentConfig(agent_id=w.name("agent")))


@request("AdminService/GetAgentConfig")
def _(w: World):
    return w.a.GetAgentConfigRequest(agent_id=w.agent())


@request("AdminService/DeleteAgent")
def _(w: World):
    return w.a.DeleteAgentRequest(agent_id=w.agent())


@request("AdminService/SetAgentQueues")
def _(w: World):
    return w.a.SetAgentQueuesRequest(
        agent_id=w.agent(), memberships=[w.a.Membership(queue_id=w.queue())]
    )


@request("AdminService/OverrideAgent")
def _(w: World):
    return w.a.OverrideAgentRequest(agent_id=w.agent(), status=w.t.AGENT_STATUS_OFFLINE)


@request("AdminService/PutLocation")
def _(w: World):
    return w.a.PutLocationRequest(location=w.a.Location(location_id=w.name("location")))


@request("AdminService/GetLocation")
def _(w: World):
    return w.a.GetLocationRequest(location_id=w.location())


@request("AdminService/DeleteLocation")
def _(w: World):
    return w.a.DeleteLocationRequest(location_id=w.location())


@request("AdminService/PutNumber")
def _(w: World):
    return w.a.PutNumberRequest(number=w.a.DialledNumber(number=w.number()))


@request("AdminService/GetNumber")
def _(w: World):
    return w.a.GetNumberRequest(number=w.dialled())


@request("AdminService/DeleteNumber")
def _(w: World):
    return w.a.DeleteNumberRequest(number=w.dialled())


@request("AdminService/PutExclusion")
def _(w: World):
    return w.a.PutExclusionRequest(exclusion=w.a.Exclusion(number=w.number()))


@request("AdminService/DeleteExclusion")
def _(w: World):
    return w.a.DeleteExclusionRequest(number=w.exclusion().number)


@request("AdminService/PutInactiveReason")
def _(w: World):
    return w.a.PutInactiveReasonRequest(
        reason=w.a.InactiveReason(reason_id=w.name("reason"))
    )


@request("AdminService/DeleteInactiveReason")
def _(w: World):
    return w.a.DeleteInactiveReasonRequest(reason_id=w.reason().reason_id)


@request("AdminService/PutSettings")
def _(w: World):
    settings = w.admin.GetSettings(w.a.GetSettingsRequest()).settings
    settings.presence_grace.CopyFrom(Duration(seconds=10 + next(w.counter) % 50, nanos=0))
    return w.a.PutSettingsRequest(settings=settings)


@request("AdminService/SettleAttempt")
def _(w: World):
    return w.a.SettleAttemptRequest(
        attempt_id=w.uncertain_attempt(), outcome=w.t.OUTCOME_NO_ANSWER
    )


@request("AdminService/ForgetCaller")
def _(w: World):
    request = w.request()
    w.calls.RequestCallback(request)
    w.calls.StartLead(w.c.StartLeadRequest(name="Nina New", number=request.caller_number))
    return w.a.ForgetCallerRequest(number=request.caller_number)
