"""What operators, telephony and desktops say beside requests and accepts."""

import grpc
import pytest
from center import Desktop, Operator, refusal, request_id
from google.protobuf.duration_pb2 import Duration


class Center:
    """A queue whose agents dial, two agents, and the stubs."""

    def __init__(self, daemon, pb):
        self.daemon, self.pb = daemon, pb
        self.channel = daemon.channel()
        self.operator = Operator(self.channel, pb)
        self.operator.queue("sales", cooldown_after_callback=Duration(seconds=0))
        self.operator.agent("ada", "sales")
        self.operator.agent("bob", "sales")
        self.calls = pb.callback_grpc.CallbackServiceStub(self.channel)
        self.admin = self.operator.admin

    def ask(self, number: str):
        """Requests a callback."""
        return self.calls.RequestCallback(
            self.pb.callback.RequestCallbackRequest(
                request_id=request_id(), queue_id="sales", caller_number=number
            )
        )

    def state(self, callback_id: str):
        """Where a callback stands."""
        return self.calls.GetCallback(
            self.pb.callback.GetCallbackRequest(callback_id=callback_id)
        ).callback.state

    def refused(self, code: str, reason: str, call, request):
        """Asserts that a call is refused with this code and reason."""
        with pytest.raises(grpc.RpcError) as refused:
            call(request)
        assert refusal(refused.value, self.pb)[:2] == (grpc.StatusCode[code], reason)


@pytest.fixture
def center(daemon, pb):
    made = Center(daemon, pb)
    yield made
    made.channel.close()


def test_an_excluded_number_is_not_called_back(pb, center):
    put = center.admin.PutExclusion(
        pb.admin.PutExclusionRequest(
            request_id=request_id(),
            exclusion=pb.admin.Exclusion(number="(202) 555-0188", note="asked us not to"),
        )
    ).exclusion
    assert put.number == "+12025550188"
    request = pb.callback.RequestCallbackRequest(
        queue_id="sales", caller_number="+1 202 555 0188"
    )
    center.refused(
        "FAILED_PRECONDITION", "EXCLUDED_NUMBER", center.calls.RequestCallback, request
    )
    listed = center.admin.ListExclusions(pb.admin.ListExclusionsRequest()).exclusions
    assert [(each.number, each.note) for each in listed] == [(put.number, "asked us not to")]
    center.refused(
        "ABORTED", "ETAG_MISMATCH", center.admin.DeleteExclusion,
        pb.admin.DeleteExclusionRequest(number=put.number, etag="r999"),
    )
    center.admin.DeleteExclusion(
        pb.admin.DeleteExclusionRequest(number=put.number, etag=put.etag)
    )
    assert center.calls.RequestCallback(request).callback_id
    center.refused(
        "NOT_FOUND", "EXCLUSION_NOT_FOUND", center.admin.DeleteExclusion,
        pb.admin.DeleteExclusionRequest(number=put.number),
    )


def test_a_reason_for_being_inactive_is_configured_and_in_use(pb, center):
    c = pb.callback
    inactive = c.SetAgentStatusRequest(
        agent_id="ada", status=pb.types.AGENT_STATUS_INACTIVE, reason="Lunch"
    )
    center.refused(
        "NOT_FOUND", "INACTIVE_REASON_NOT_FOUND", center.calls.SetAgentStatus, inactive
    )
    center.admin.PutInactiveReason(
        pb.admin.PutInactiveReasonRequest(
            reason=pb.admin.InactiveReason(reason_id="Lunch", timeout=Duration(seconds=3600))
        )
    )
    center.calls.SetAgentStatus(inactive)
    agent = center.calls.GetAgent(c.GetAgentRequest(agent_id="ada")).agent
    assert (agent.wanted, agent.reason) == (pb.types.AGENT_STATUS_INACTIVE, "Lunch")
    center.refused(
        "FAILED_PRECONDITION", "IN_USE", center.admin.DeleteInactiveReason,
        pb.admin.DeleteInactiveReasonRequest(reason_id="Lunch"),
    )
    center.calls.SetAgentStatus(
        c.SetAgentStatusRequest(agent_id="ada", status=pb.types.AGENT_STATUS_OFFLINE)
    )
    center.admin.DeleteInactiveReason(
        pb.admin.DeleteInactiveReasonRequest(reason_id="Lunch")
    )
    left = center.admin.ListInactiveReasons(pb.admin.ListInactiveReasonsRequest())
    assert not left.reasons


def test_a_queue_has_two_doors(daemon, pb, center):
    a = pb.admin
    ada = Desktop(daemon, pb, "ada")
    ada.status("READY")
    center.admin.SetQueueState(
        a.SetQueueStateRequest(queue_id="sales", accepting=a.QUEUE_SWITCH_CLOSED)
    )
    request = pb.callback.RequestCallbackRequest(
        queue_id="sales", caller_number="202 555 0111"
    )
    center.refused(
        "FAILED_PRECONDITION", "QUEUE_CLOSED", center.calls.RequestCallback, request
    )
    center.admin.SetQueueState(
        a.SetQueueStateRequest(
            queue_id="sales",
            accepting=a.QUEUE_SWITCH_OPEN,
            offering=a.QUEUE_SWITCH_CLOSED,
        )
    )
    queue = center.admin.GetQueue(a.GetQueueRequest(queue_id="sales")).queue
    assert (queue.accepting, queue.offering) == (a.QUEUE_SWITCH_OPEN, a.QUEUE_SWITCH_CLOSED)
    taken = center.calls.RequestCallback(request)
    assert center.state(taken.callback_id) == pb.types.CALLBACK_STATE_QUEUED
    center.admin.SetQueueState(
        a.SetQueueStateRequest(queue_id="sales", offering=a.QUEUE_SWITCH_OPEN)
    )
    offer = ada.offer()
    assert offer.callback_id == taken.callback_id
    # Closing offers withdraws the alert, without a miss.
    center.admin.SetQueueState(
        a.SetQueueStateRequest(queue_id="sales", offering=a.QUEUE_SWITCH_CLOSED)
    )
    assert ada.ended(offer.offer_id).state == pb.errors.OFFER_STATE_WITHDRAWN
    agent = center.calls.GetAgent(pb.callback.GetAgentRequest(agent_id="ada")).agent
    assert (agent.work_state, agent.misses) == (pb.types.AGENT_WORK_STATE_READY, 0)


def test_a_caller_who_phones_in_again_is_not_called_back(daemon, pb, center):
    c = pb.callback
    taken = center.ask("202 555 0112")
    arrived = c.ReportCallerReachedRequest(
        request_id=request_id(),
        number="202-555-0112",
        phase=c.CALLER_REACHED_PHASE_ARRIVED,
    )
    assert center.calls.ReportCallerReached(arrived).changed == 1
    ada = Desktop(daemon, pb, "ada")
    ada.status("READY")
    assert center.state(taken.callback_id) != pb.types.CALLBACK_STATE_OFFERED
    center.calls.ReportCallerReached(
        c.ReportCallerReachedRequest(
            callback_id=taken.callback_id, phase=c.CALLER_REACHED_PHASE_LEFT
        )
    )
    offer = ada.offer()
    served = center.calls.ReportCallerReached(
        c.ReportCallerReachedRequest(
            callback_id=taken.callback_id, phase=c.CALLER_REACHED_PHASE_SERVED
        )
    )
    assert served.changed == 1
    assert ada.ended(offer.offer_id).state == pb.errors.OFFER_STATE_WITHDRAWN
    callback = center.calls.GetCallback(
        c.GetCallbackRequest(callback_id=taken.callback_id)
    ).callback
    assert callback.state == pb.types.CALLBACK_STATE_CANCELLED
    assert callback.end_reason == pb.types.END_REASON_CALLER_REACHED

    # It can be queued again.
    again = center.calls.RequeueCallback(
        c.RequeueCallbackRequest(request_id=request_id(), callback_id=taken.callback_id)
    )
    assert again.callback_id == taken.callback_id
    assert ada.offer().callback_id == taken.callback_id


def test_an_agent_joins_and_leaves_a_desktop(daemon, pb, center):
    c = pb.callback
    ada = Desktop(daemon, pb, "ada")
    center.calls.AttachAgent(
        c.AttachAgentRequest(
            request_id=request_id(), agent_id="bob", session_id=ada.session_id
        )
    )
    joined = ada.inbox.until("agent_snapshot", "event")
    assert (joined.agent.agent_id, joined.agent.sessions) == ("bob", 1)
    center.calls.SetAgentStatus(
        c.SetAgentStatusRequest(agent_id="bob", status=pb.types.AGENT_STATUS_READY)
    )
    center.ask("202 555 0113")
    offer = ada.offer()
    assert offer.agent_id == "bob"
    center.calls.DetachAgent(
        c.DetachAgentRequest(
            request_id=request_id(), agent_id="bob", session_id=ada.session_id
        )
    )
    agent = center.calls.GetAgent(c.GetAgentRequest(agent_id="bob")).agent
    assert agent.sessions == 0
    center.refused(
        "NOT_FOUND", "SESSION_NOT_FOUND", center.calls.AttachAgent,
        c.AttachAgentRequest(agent_id="bob", session_id="nowhere"),
    )


def test_an_agents_other_call_withdraws_the_alert(daemon, pb, center):
    c = pb.callback
    ada = Desktop(daemon, pb, "ada")
    ada.status("READY")
    taken = center.ask("202 555 0114")
    offer = ada.offer()
    started = center.calls.ReportAgentCall(
        c.ReportAgentCallRequest(
            request_id=request_id(),
            agent_id="ada",
            call_reference="pbx-1",
            phase=c.AGENT_CALL_PHASE_STARTED,
        )
    )
    assert started.work_state == pb.types.AGENT_WORK_STATE_ON_CALL
    assert ada.ended(offer.offer_id).state == pb.errors.OFFER_STATE_WITHDRAWN
    center.calls.ReportAgentCall(
        c.ReportAgentCallRequest(
            agent_id="ada", call_reference="pbx-1", phase=c.AGENT_CALL_PHASE_ENDED
        )
    )
    assert ada.offer().callback_id == taken.callback_id


def test_an_operator_sets_an_agent_free(daemon, pb, center):
    c = pb.callback
    ada = Desktop(daemon, pb, "ada")
    ada.status("READY")
    taken = center.ask("202 555 0115")
    attempt = ada.accept(ada.offer()).attempt
    freed = center.admin.OverrideAgent(
        pb.admin.OverrideAgentRequest(
            request_id=request_id(),
            agent_id="ada",
            status=pb.types.AGENT_STATUS_OFFLINE,
        )
    )
    assert freed.work_state == pb.types.AGENT_WORK_STATE_OFFLINE
    assert center.state(taken.callback_id) == pb.types.CALLBACK_STATE_UNCERTAIN
    settled = center.admin.SettleAttempt(
        pb.admin.SettleAttemptRequest(
            request_id=request_id(),
            attempt_id=attempt.attempt_id,
            outcome=pb.types.OUTCOME_NO_ANSWER,
        )
    )
    assert settled.state == pb.types.CALLBACK_STATE_RETRY_WAIT


def test_an_agents_queues_are_set(pb, center):
    a = pb.admin
    center.operator.queue("service")
    agent = center.admin.GetAgentConfig(a.GetAgentConfigRequest(agent_id="ada")).agent
    answer = center.admin.SetAgentQueues(
        a.SetAgentQueuesRequest(
            request_id=request_id(),
            agent_id="ada",
            memberships=[a.Membership(queue_id="service", level=2)],
            etag=agent.etag,
        )
    )
    changed = center.admin.GetAgentConfig(a.GetAgentConfigRequest(agent_id="ada")).agent
    assert [(each.queue_id, each.level) for each in changed.memberships] == [("service", 2)]
    assert changed.etag == answer.etag
    center.refused(
        "NOT_FOUND", "QUEUE_NOT_FOUND", center.admin.SetAgentQueues,
        a.SetAgentQueuesRequest(
            agent_id="ada", memberships=[a.Membership(queue_id="none")]
        ),
    )


def test_the_services_settings_are_kept_and_survive_a_restart(daemon, pb, center):
    a = pb.admin
    stands = center.admin.GetSettings(a.GetSettingsRequest()).settings
    assert stands.presence_grace.seconds == 10
    stands.presence_grace.seconds = 15
    put = center.admin.PutSettings(
        a.PutSettingsRequest(request_id=request_id(), settings=stands)
    ).settings
    center.refused(
        "ABORTED", "ETAG_MISMATCH", center.admin.PutSettings,
        a.PutSettingsRequest(settings=stands),
    )
    daemon.kill()
    daemon.start()
    with daemon.channel() as channel:
        admin = pb.admin_grpc.AdminServiceStub(channel)
        assert admin.GetSettings(a.GetSettingsRequest()).settings == put
    center.refused(
        "INVALID_ARGUMENT", "FIELD_INVALID", center.admin.PutSettings,
        a.PutSettingsRequest(
            settings=a.ServiceSettings(request_memory=Duration(seconds=1))
        ),
    )
