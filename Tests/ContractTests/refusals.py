"""For every method and every reason that it documents, a request that is refused for it."""

from google.protobuf.wrappers_pb2 import UInt32Value
from world import NOWHERE, World, request_id

# By method and reason; each makes what its request needs.
REFUSALS = {}

PREMIUM, EMERGENCY, IMPOSSIBLE = "+19005550123", "911", "12"
FOREIGN_PAGE = "gibberish"
OLD = "r999999"


def refused(name: str, reason: str):
    """Registers a request that a method refuses for a reason."""

    def register(make):
        assert (name, reason) not in REFUSALS
        REFUSALS[name, reason] = make
        return make

    return register


def row(name: str, reason: str, make) -> None:
    """Registers a request as an expression."""
    refused(name, reason)(make)


# MARK: - Requests

REQUEST = "CallbackService/RequestCallback"
row(REQUEST, "NO_CALLBACK_NUMBER", lambda w: w.request(caller_number=""))
row(REQUEST, "NUMBER_IMPOSSIBLE", lambda w: w.request(caller_number=IMPOSSIBLE))
row(REQUEST, "OWN_NUMBER", lambda w: w.request(callback_number=w.dialled()))
row(REQUEST, "PREMIUM_NUMBER", lambda w: w.request(caller_number=PREMIUM))
row(REQUEST, "EMERGENCY_NUMBER", lambda w: w.request(caller_number=EMERGENCY))
row(REQUEST, "EXCLUDED_NUMBER", lambda w: w.request(caller_number=w.exclusion().number))
row(REQUEST, "NO_QUEUE", lambda w: w.c.RequestCallbackRequest(caller_number=w.number()))
row(REQUEST, "QUEUE_NOT_FOUND", lambda w: w.request("none"))
row(REQUEST, "QUEUE_FULL", lambda w: w.request(w.full_queue()))
row(
    REQUEST, "CLASS_NOT_ACCEPTED",
    lambda w: w.request(w.queue(accepted_callers=w.a.AcceptedCallers(customers=True))),
)
row(REQUEST, "QUEUE_CLOSED", lambda w: w.request(closed(w, w.queue())))


def closed(w: World, queue: str) -> str:
    """The queue, closed for requests."""
    w.admin.SetQueueState(
        w.a.SetQueueStateRequest(queue_id=queue, accepting=w.a.QUEUE_SWITCH_CLOSED)
    )
    return queue


UPDATE = "CallbackService/UpdateCallback"


def update(w: World, callback: str = "", **fields):
    """A change of a callback."""
    return w.c.UpdateCallbackRequest(callback_id=callback or w.callback(), **fields)


def renumber(w: World, number: str):
    """A callback's change to another number."""
    return update(w, number=w.c.NumberChange(number=number))


row(UPDATE, "CALLBACK_NOT_FOUND", lambda w: update(w, NOWHERE))
row(
    UPDATE, "CALLBACK_STATE",
    lambda w: update(w, w.cancelled(), note=w.c.NoteChange(note="late")),
)
row(UPDATE, "NUMBER_IMPOSSIBLE", lambda w: renumber(w, IMPOSSIBLE))
row(UPDATE, "OWN_NUMBER", lambda w: renumber(w, w.dialled()))
row(UPDATE, "PREMIUM_NUMBER", lambda w: renumber(w, PREMIUM))
row(UPDATE, "EMERGENCY_NUMBER", lambda w: renumber(w, EMERGENCY))
row(UPDATE, "EXCLUDED_NUMBER", lambda w: renumber(w, w.exclusion().number))
row(UPDATE, "QUEUE_NOT_FOUND", lambda w: update(w, queue_id="none"))
row(UPDATE, "QUEUE_FULL", lambda w: update(w, queue_id=w.full_queue()))
row(UPDATE, "ETAG_MISMATCH", lambda w: update(w, etag=OLD, note=w.c.NoteChange(note="n")))

CANCEL = "CallbackService/CancelCallback"
row(CANCEL, "CALLBACK_NOT_FOUND", lambda w: w.c.CancelCallbackRequest(callback_id=NOWHERE))
row(CANCEL, "ETAG_MISMATCH", lambda w: w.c.CancelCallbackRequest(callback_id=w.callback(), etag=OLD))


@refused(CANCEL, "CALLBACK_STATE")
def _(w: World):
    queue = w.queue()
    desk = w.desk(queue)
    callback = w.callback(queue)
    attempt = desk.accept(desk.offer()).attempt.attempt_id
    w.report(attempt, "ANSWERED", 1)
    w.report(attempt, "ENDED", 2)
    return w.c.CancelCallbackRequest(callback_id=callback)


REQUEUE = "CallbackService/RequeueCallback"


def requeue(w: World, callback: str):
    """Puts a callback back."""
    return w.c.RequeueCallbackRequest(callback_id=callback)


row(REQUEUE, "CALLBACK_NOT_FOUND", lambda w: requeue(w, NOWHERE))
row(REQUEUE, "CALLBACK_STATE", lambda w: requeue(w, w.callback()))


@refused(REQUEUE, "QUEUE_NOT_FOUND")
def _(w: World):
    queue = w.queue()
    callback = w.cancelled(queue)
    w.admin.DeleteQueue(w.a.DeleteQueueRequest(queue_id=queue))
    return requeue(w, callback)


@refused(REQUEUE, "QUEUE_FULL")
def _(w: World):
    queue = w.queue(capacity=UInt32Value(value=1))
    callback = w.cancelled(queue)
    w.callback(queue)
    return requeue(w, callback)


@refused(REQUEUE, "QUEUE_CLOSED")
def _(w: World):
    queue = w.queue()
    callback = w.cancelled(queue)
    closed(w, queue)
    return requeue(w, callback)


@refused(REQUEUE, "EXCLUDED_NUMBER")
def _(w: World):
    number = w.number()
    callback = w.cancelled(caller_number=number)
    w.admin.PutExclusion(w.a.PutExclusionRequest(exclusion=w.a.Exclusion(number=number)))
    return requeue(w, callback)


REACHED = "CallbackService/ReportCallerReached"


def reached(w: World, **target):
    """A caller who phoned in again."""
    return w.c.ReportCallerReachedRequest(phase=w.c.CALLER_REACHED_PHASE_SERVED, **target)


row(REACHED, "CALLBACK_NOT_FOUND", lambda w: reached(w, callback_id=NOWHERE))
row(REACHED, "CALLBACK_STATE", lambda w: reached(w, callback_id=w.cancelled()))
row(REACHED, "NUMBER_IMPOSSIBLE", lambda w: reached(w, number=IMPOSSIBLE))

row(
    "CallbackService/GetCallback", "CALLBACK_NOT_FOUND",
    lambda w: w.c.GetCallbackRequest(callback_id=NOWHERE),
)
ESTIMATE = "CallbackService/EstimateWait"


def estimate(w: World, *where: str, **fields):
    """A question how long a request would wait."""
    return w.c.EstimateWaitRequest(request=w.request(*where, **fields))


row(ESTIMATE, "CALLBACK_NOT_FOUND", lambda w: w.c.EstimateWaitRequest(callback_id=NOWHERE))
row(ESTIMATE, "QUEUE_NOT_FOUND", lambda w: estimate(w, "none"))
row(ESTIMATE, "LOCATION_NOT_FOUND", lambda w: estimate(w, location_id="none"))
row(ESTIMATE, "NUMBER_IMPOSSIBLE", lambda w: estimate(w, dialled_number=IMPOSSIBLE))
row(
    "CallbackService/ListCallbacks", "PAGE_TOKEN_INVALID",
    lambda w: w.c.ListCallbacksRequest(page_token=FOREIGN_PAGE),
)
row(
    "CallbackService/ListCallbacks", "QUEUE_NOT_FOUND",
    lambda w: w.c.ListCallbacksRequest(queue_id="none"),
)
row(
    "CallbackService/ExplainCallback", "CALLBACK_NOT_FOUND",
    lambda w: w.c.ExplainCallbackRequest(callback_id=NOWHERE),
)
row(
    "CallbackService/ExplainCallback", "PAGE_TOKEN_INVALID",
    lambda w: w.c.ExplainCallbackRequest(callback_id=w.callback(), page_token=FOREIGN_PAGE),
)

# MARK: - Agents

for name, message in (
    ("CallbackService/AttachAgent", "AttachAgentRequest"),
    ("CallbackService/DetachAgent", "DetachAgentRequest"),
):
    row(
        name, "AGENT_NOT_FOUND",
        lambda w, message=message: getattr(w.c, message)(
            agent_id="nobody", session_id=w.desk(ready=False).session_id
        ),
    )
    row(
        name, "SESSION_NOT_FOUND",
        lambda w, message=message: getattr(w.c, message)(agent_id=w.agent(), session_id="none"),
    )


@refused("CallbackService/AttachAgent", "TOO_MANY")
def _(w: World):
    agent = w.agent()
    for _ in range(16):
        w.calls.AttachAgent(
            w.c.AttachAgentRequest(agent_id=agent, session_id=w.desk(ready=False).session_id)
        )
    return w.c.AttachAgentRequest(agent_id=agent, session_id=w.desk(ready=False).session_id)


for name, message in (
    ("CallbackService/AcceptOffer", "AcceptOfferRequest"),
    ("CallbackService/RejectOffer", "RejectOfferRequest"),
):

    @refused(name, "OFFER_NOT_FOUND")
    def _(w: World, message=message):
        return getattr(w.c, message)(offer_id=NOWHERE, agent_id=w.agent())

    @refused(name, "NOT_YOUR_OFFER")
    def _(w: World, message=message):
        _, offer = w.offer()
        return getattr(w.c, message)(offer_id=offer.offer_id, agent_id=w.agent())

    @refused(name, "OFFER_CLOSED")
    def _(w: World, message=message):
        desk, offer = w.offer()
        w.calls.CancelCallback(w.c.CancelCallbackRequest(callback_id=offer.callback_id))
        return getattr(w.c, message)(offer_id=offer.offer_id, agent_id=desk.agent_id)


STATUS = "CallbackService/SetAgentStatus"
row(
    STATUS, "AGENT_NOT_FOUND",
    lambda w: w.c.SetAgentStatusRequest(agent_id="nobody", status=w.t.AGENT_STATUS_READY),
)
row(
    STATUS, "INACTIVE_REASON_NOT_FOUND",
    lambda w: w.c.SetAgentStatusRequest(
        agent_id=w.agent(), status=w.t.AGENT_STATUS_INACTIVE, reason="none"
    ),
)
row(
    "CallbackService/ReportAgentCall", "AGENT_NOT_FOUND",
    lambda w: w.c.ReportAgentCallRequest(
        agent_id="nobody", call_reference="pbx-1", phase=w.c.AGENT_CALL_PHASE_STARTED
    ),
)


@refused("CallbackService/ReportAgentCall", "TOO_MANY")
def _(w: World):
    agent = w.agent()

    def started(call: str):
        return w.c.ReportAgentCallRequest(
            agent_id=agent, call_reference=call, phase=w.c.AGENT_CALL_PHASE_STARTED
        )

    for number in range(16):
        w.calls.ReportAgentCall(started(f"pbx-{number}"))
    return started("pbx-17")


row(
    "CallbackService/GetAgent", "AGENT_NOT_FOUND",
    lambda w: w.c.GetAgentRequest(agent_id="nobody"),
)
row(
    "CallbackService/ListAgents", "PAGE_TOKEN_INVALID",
    lambda w: w.c.ListAgentsRequest(page_token=FOREIGN_PAGE),
)
row(
    "CallbackService/ListAgents", "QUEUE_NOT_FOUND",
    lambda w: w.c.ListAgentsRequest(queue_id="none"),
)

# MARK: - Outcomes, history, the directory

row(
    "CallbackService/ReportOutcome", "ATTEMPT_NOT_FOUND",
    lambda w: w.c.ReportOutcomeRequest(report=w.call_report(NOWHERE, "ENDED")),
)


def unclaimed(w: World) -> str:
    """An attempt that a connector is to dial, and has not claimed yet."""
    queue = w.queue(dialing=w.t.DIALING_MODE_CONNECTOR)
    w.connector()
    desk = w.desk(queue)
    w.callback(queue)
    return desk.accept(desk.offer()).attempt.attempt_id


# Of a call that a connector dials an agent may say only that voicemail took it.
row(
    "CallbackService/ReportOutcome", "ATTEMPT_STATE",
    lambda w: w.c.ReportOutcomeRequest(report=w.call_report(unclaimed(w), "VOICEMAIL")),
)
row(
    "CallbackService/ReportOutcome", "NOT_YOUR_OFFER",
    lambda w: w.c.ReportOutcomeRequest(report=w.call_report(unclaimed(w), "ENDED")),
)
row(
    "CallbackService/RecordDisposition", "ATTEMPT_NOT_FOUND",
    lambda w: w.c.RecordDispositionRequest(
        attempt_id=NOWHERE, disposition=w.t.Disposition.values()[1]
    ),
)
row(
    "CallbackService/GetCallerHistory", "NUMBER_IMPOSSIBLE",
    lambda w: w.c.GetCallerHistoryRequest(number=IMPOSSIBLE),
)
row(
    "CallbackService/GetCallerHistory", "PAGE_TOKEN_INVALID",
    lambda w: w.c.GetCallerHistoryRequest(number=w.number(), page_token=FOREIGN_PAGE),
)
row(
    "CallbackService/ResolveCaller", "NUMBER_IMPOSSIBLE",
    lambda w: w.c.ResolveCallerRequest(number=IMPOSSIBLE),
)
row(
    "CallbackService/GetRecord", "RECORD_NOT_FOUND",
    lambda w: w.c.GetRecordRequest(record_id="none"),
)
row(
    "CallbackService/StartLead", "NUMBER_IMPOSSIBLE",
    lambda w: w.c.StartLeadRequest(name="Nina New", number=IMPOSSIBLE),
)


@refused("CallbackService/StartLead", "RECORD_NOT_FOUND")
def _(w: World):
    # Repeated after its record was removed.
    request = w.c.StartLeadRequest(
        request_id=request_id(), name="Nina New", number=w.number()
    )
    w.calls.StartLead(request)
    w.admin.ForgetCaller(w.a.ForgetCallerRequest(number=request.number))
    return request


for name, message in (
    ("CallbackService/MatchCaller", "MatchCallerRequest"),
    ("CallbackService/UnmatchCaller", "UnmatchCallerRequest"),
):
    row(
        name, "NUMBER_IMPOSSIBLE",
        lambda w, message=message: getattr(w.c, message)(record_id=w.record(), number=IMPOSSIBLE),
    )
    row(
        name, "RECORD_NOT_FOUND",
        lambda w, message=message: getattr(w.c, message)(record_id="none", number=w.number()),
    )

# MARK: - The configuration

row(
    "AdminService/PutQueue", "FIELD_INVALID",
    lambda w: w.a.PutQueueRequest(queue=w.a.Queue(queue_id="x" * 65)),
)
row(
    "AdminService/PutLocation", "FIELD_INVALID",
    lambda w: w.a.PutLocationRequest(
        location=w.a.Location(location_id=w.name("location"), region="nowhere")
    ),
)
row(
    "AdminService/PutQueue", "ETAG_MISMATCH",
    lambda w: w.a.PutQueueRequest(queue=w.a.Queue(queue_id=w.queue(), etag=OLD)),
)
row(
    "AdminService/PutAgent", "ETAG_MISMATCH",
    lambda w: w.a.PutAgentRequest(agent=w.a.AgentConfig(agent_id=w.agent(), etag=OLD)),
)
row(
    "AdminService/PutLocation", "ETAG_MISMATCH",
    lambda w: w.a.PutLocationRequest(location=w.a.Location(location_id=w.location(), etag=OLD)),
)
row(
    "AdminService/PutNumber", "ETAG_MISMATCH",
    lambda w: w.a.PutNumberRequest(number=w.a.DialledNumber(number=w.dialled(), etag=OLD)),
)
row(
    "AdminService/PutExclusion", "ETAG_MISMATCH",
    lambda w: w.a.PutExclusionRequest(
        exclusion=w.a.Exclusion(number=w.exclusion().number, etag=OLD)
    ),
)
row(
    "AdminService/PutInactiveReason", "ETAG_MISMATCH",
    lambda w: w.a.PutInactiveReasonRequest(
        reason=w.a.InactiveReason(reason_id=w.reason().reason_id, etag=OLD)
    ),
)


@refused("AdminService/PutSettings", "ETAG_MISMATCH")
def _(w: World):
    settings = w.admin.GetSettings(w.a.GetSettingsRequest()).settings
    w.admin.PutSettings(w.a.PutSettingsRequest(settings=settings))
    settings.etag = "r0"
    return w.a.PutSettingsRequest(settings=settings)


row(
    "AdminService/SetAgentQueues", "ETAG_MISMATCH",
    lambda w: w.a.SetAgentQueuesRequest(agent_id=w.agent(), etag=OLD),
)
row(
    "AdminService/PutAgent", "QUEUE_NOT_FOUND",
    lambda w: w.a.PutAgentRequest(
        agent=w.a.AgentConfig(
            agent_id=w.name("agent"), memberships=[w.a.Membership(queue_id="none")]
        )
    ),
)
row(
    "AdminService/SetAgentQueues", "AGENT_NOT_FOUND",
    lambda w: w.a.SetAgentQueuesRequest(agent_id="nobody"),
)
row(
    "AdminService/SetAgentQueues", "QUEUE_NOT_FOUND",
    lambda w: w.a.SetAgentQueuesRequest(
        agent_id=w.agent(), memberships=[w.a.Membership(queue_id="none")]
    ),
)
row(
    "AdminService/SetQueueState", "QUEUE_NOT_FOUND",
    lambda w: w.a.SetQueueStateRequest(queue_id="none", accepting=w.a.QUEUE_SWITCH_OPEN),
)
row(
    "AdminService/OverrideAgent", "AGENT_NOT_FOUND",
    lambda w: w.a.OverrideAgentRequest(agent_id="nobody", status=w.t.AGENT_STATUS_OFFLINE),
)
row(
    "AdminService/OverrideAgent", "INACTIVE_REASON_NOT_FOUND",
    lambda w: w.a.OverrideAgentRequest(
        agent_id=w.agent(), status=w.t.AGENT_STATUS_INACTIVE, reason="none"
    ),
)


def number_of(w: World, **fields):
    """A dialled number to be configured."""
    fields.setdefault("number", w.number())
    return w.a.PutNumberRequest(number=w.a.DialledNumber(**fields))


row("AdminService/PutNumber", "NUMBER_IMPOSSIBLE", lambda w: number_of(w, number=IMPOSSIBLE))
row("AdminService/PutNumber", "LOCATION_NOT_FOUND", lambda w: number_of(w, location_id="none"))
row("AdminService/PutNumber", "QUEUE_NOT_FOUND", lambda w: number_of(w, queue_id="none"))


def exclude(w: World, **fields):
    """A number to be excluded."""
    fields.setdefault("number", w.number())
    return w.a.PutExclusionRequest(exclusion=w.a.Exclusion(**fields))


row("AdminService/PutExclusion", "NUMBER_IMPOSSIBLE", lambda w: exclude(w, number=IMPOSSIBLE))
row("AdminService/PutExclusion", "LOCATION_NOT_FOUND", lambda w: exclude(w, location_id="none"))

# What is got or deleted, and how it is named.
NAMED = {
    "Queue": ("queue_id", "QUEUE_NOT_FOUND", "none"),
    "Agent": ("agent_id", "AGENT_NOT_FOUND", "nobody"),
    "AgentConfig": ("agent_id", "AGENT_NOT_FOUND", "nobody"),
    "Location": ("location_id", "LOCATION_NOT_FOUND", "nowhere"),
    "Number": ("number", "NUMBER_NOT_FOUND", "+12029999999"),
    "Exclusion": ("number", "EXCLUSION_NOT_FOUND", "+12029999999"),
    "InactiveReason": ("reason_id", "INACTIVE_REASON_NOT_FOUND", "none"),
}
for verb, kinds in (
    ("Get", ("Queue", "AgentConfig", "Location", "Number")),
    ("Delete", ("Queue", "Agent", "Location", "Number", "Exclusion", "InactiveReason")),
):
    for kind in kinds:
        field, reason, missing = NAMED[kind]
        row(
            f"AdminService/{verb}{kind}", reason,
            lambda w, message=f"{verb}{kind}Request", field=field, missing=missing: getattr(
                w.a, message
            )(**{field: missing}),
        )
        if field == "number":
            row(
                f"AdminService/{verb}{kind}", "NUMBER_IMPOSSIBLE",
                lambda w, message=f"{verb}{kind}Request": getattr(w.a, message)(number=IMPOSSIBLE),
            )

row(
    "AdminService/DeleteQueue", "ETAG_MISMATCH",
    lambda w: w.a.DeleteQueueRequest(queue_id=w.queue(), etag=OLD),
)
row(
    "AdminService/DeleteAgent", "ETAG_MISMATCH",
    lambda w: w.a.DeleteAgentRequest(agent_id=w.agent(), etag=OLD),
)
row(
    "AdminService/DeleteLocation", "ETAG_MISMATCH",
    lambda w: w.a.DeleteLocationRequest(location_id=w.location(), etag=OLD),
)
row(
    "AdminService/DeleteNumber", "ETAG_MISMATCH",
    lambda w: w.a.DeleteNumberRequest(number=w.dialled(), etag=OLD),
)
row(
    "AdminService/DeleteExclusion", "ETAG_MISMATCH",
    lambda w: w.a.DeleteExclusionRequest(number=w.exclusion().number, etag=OLD),
)
row(
    "AdminService/DeleteInactiveReason", "ETAG_MISMATCH",
    lambda w: w.a.DeleteInactiveReasonRequest(reason_id=w.reason().reason_id, etag=OLD),
)


@refused("AdminService/DeleteQueue", "IN_USE")
def _(w: World):
    queue = w.queue()
    w.agent(queue)
    return w.a.DeleteQueueRequest(queue_id=queue)


@refused("AdminService/DeleteAgent", "IN_USE")
def _(w: World):
    desk, _ = w.attempt()
    return w.a.DeleteAgentRequest(agent_id=desk.agent_id)


@refused("AdminService/DeleteLocation", "IN_USE")
def _(w: World):
    location = w.location()
    w.operator.number(w.number(), location, "", "")
    return w.a.DeleteLocationRequest(location_id=location)


@refused("AdminService/DeleteInactiveReason", "IN_USE")
def _(w: World):
    reason = w.reason().reason_id
    w.calls.SetAgentStatus(
        w.c.SetAgentStatusRequest(
            agent_id=w.agent(), status=w.t.AGENT_STATUS_INACTIVE, reason=reason
        )
    )
    return w.a.DeleteInactiveReasonRequest(reason_id=reason)


for kind in ("Queues", "AgentConfigs", "Locations", "Numbers", "Exclusions", "InactiveReasons"):
    row(
        f"AdminService/List{kind}", "PAGE_TOKEN_INVALID",
        lambda w, message=f"List{kind}Request": getattr(w.a, message)(page_token=FOREIGN_PAGE),
    )

row(
    "AdminService/SettleAttempt", "ATTEMPT_NOT_FOUND",
    lambda w: w.a.SettleAttemptRequest(attempt_id=NOWHERE, outcome=w.t.OUTCOME_NO_ANSWER),
)
row(
    "AdminService/SettleAttempt", "ATTEMPT_STATE",
    lambda w: w.a.SettleAttemptRequest(
        attempt_id=w.attempt()[1], outcome=w.t.OUTCOME_NO_ANSWER
    ),
)


# MARK: - Looking after it

FORGET = "AdminService/ForgetCaller"
row(FORGET, "NUMBER_IMPOSSIBLE", lambda w: w.a.ForgetCallerRequest(number=IMPOSSIBLE))
row(
    "AdminService/ListForgettings", "PAGE_TOKEN_INVALID",
    lambda w: w.a.ListForgettingsRequest(page_token=FOREIGN_PAGE),
)
row(
    "AdminService/GetStats", "PAGE_TOKEN_INVALID",
    lambda w: w.a.GetStatsRequest(page_token=FOREIGN_PAGE),
)


@refused(FORGET, "CALLBACK_STATE")
def _(w: World):
    desk, offer = w.offer()
    called = desk.accept(offer).attempt.callback_id
    callback = w.calls.GetCallback(w.c.GetCallbackRequest(callback_id=called)).callback
    return w.a.ForgetCallerRequest(number=callback.number.e164)
