"""A call center that grows as tests need it: whatever it makes has a name of its own, so that many
tests share one daemon."""

import itertools

from center import Connector, Desktop, Operator, request_id
from contract import METHODS
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.duration_pb2 import Duration
from google.protobuf.wrappers_pb2 import UInt32Value

NOWHERE = "0" * 26
# Shared by all worlds, so that those of one daemon do not meet.
COUNTER = itertools.count(1)


class World:
    """Makes queues, agents, callers, callbacks, offers and attempts."""

    def __init__(self, daemon, pb):
        self.daemon, self.pb = daemon, pb
        self.a, self.c, self.t, self.d = pb.admin, pb.callback, pb.types, pb.dialer
        self.channel = daemon.channel()
        self.operator = Operator(self.channel, pb)
        self.admin = self.operator.admin
        self.calls = pb.callback_grpc.CallbackServiceStub(self.channel)
        self.counter = COUNTER
        self.open = []

    def close(self):
        """Closes desktops, connectors and the channel."""
        for each in self.open:
            each.close()
        self.channel.close()

    def invoke(self, name: str, request, channel=None):
        """The call of a unary method, by service and name."""
        return self.method(name, channel or self.channel)(request, timeout=20)

    def method(self, name: str, channel):
        """The callable of a method, by service and name."""
        method = METHODS[name]
        make = {
            (False, False): channel.unary_unary,
            (False, True): channel.unary_stream,
            (True, False): channel.stream_unary,
            (True, True): channel.stream_stream,
        }[method.streams]
        return make(
            method.path,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=self.type(method.response).FromString,
        )

    def type(self, full_name: str):
        """The message class of the stubs."""
        return message_factory.GetMessageClass(
            descriptor_pool.Default().FindMessageTypeByName(full_name)
        )

    # MARK: - What there is

    def name(self, kind: str) -> str:
        """A name that nothing else has."""
        return f"{kind}-{next(self.counter)}"

    def number(self) -> str:
        """A telephone number that nothing else has."""
        return f"+1202{3_000_000 + next(self.counter)}"

    def queue(self, **settings) -> str:
        """A queue whose agents dial; its id."""
        settings.setdefault("cooldown_after_callback", Duration(seconds=0))
        return self.operator.queue(self.name("queue"), **settings).queue_id

    def full_queue(self) -> str:
        """A queue that holds as many callbacks as it may."""
        queue = self.queue(capacity=UInt32Value(value=1))
        self.callback(queue)
        return queue

    def agent(self, *queues: str) -> str:
        """An agent; its id."""
        return self.operator.agent(self.name("agent"), *queues).agent_id

    def location(self) -> str:
        """A location; its id."""
        return self.operator.location(self.name("location"), "Downtown").location_id

    def dialled(self, queue: str = "") -> str:
        """A number that callers dial."""
        return self.operator.number(self.number(), "", queue, "").number

    def exclusion(self):
        """An excluded number."""
        return self.admin.PutExclusion(
            self.a.PutExclusionRequest(exclusion=self.a.Exclusion(number=self.number()))
        ).exclusion

    def reason(self):
        """A reason for being inactive."""
        return self.admin.PutInactiveReason(
            self.a.PutInactiveReasonRequest(
                reason=self.a.InactiveReason(reason_id=self.name("reason"))
            )
        ).reason

    def record(self, numbers: int = 1) -> str:
        """A customer in the directory; the record's id."""
        row = self.a.ImportRow(
            line=1, record_id=self.name("record"), record_class="customer", name="Cus Tomer",
            numbers=[self.number() for _ in range(numbers)], region="US",
        )
        for answer in self.admin.ImportDirectory(
            iter([self.a.ImportDirectoryRequest(rows=[row])])
        ):
            assert not answer.refused_rows, answer
        return row.record_id

    # MARK: - What happens

    def request(self, queue: str = "", **fields):
        """A request for a callback that will be taken."""
        fields.setdefault("caller_number", self.number())
        return self.c.RequestCallbackRequest(queue_id=queue or self.queue(), **fields)

    def callback(self, queue: str = "", **fields) -> str:
        """A callback; its id."""
        return self.calls.RequestCallback(self.request(queue, **fields)).callback_id

    def cancelled(self, queue: str = "", **fields) -> str:
        """A callback that is finished."""
        callback = self.callback(queue, **fields)
        self.calls.CancelCallback(self.c.CancelCallbackRequest(callback_id=callback))
        return callback

    def desk(self, *queues: str, ready: bool = True) -> Desktop:
        """The desktop of a new agent of the queues."""
        desk = Desktop(self.daemon, self.pb, self.agent(*queues))
        self.open.append(desk)
        if ready:
            desk.status("READY")
        return desk

    def offer(self):
        """A desktop and its alert."""
        queue = self.queue()
        desk = self.desk(queue)
        self.callback(queue)
        return desk, desk.offer()

    def attempt(self):
        """A desktop and the attempt that it began."""
        desk, offer = self.offer()
        return desk, desk.accept(offer).attempt.attempt_id

    def ended_attempt(self) -> str:
        """An attempt that was answered and is over."""
        _, attempt = self.attempt()
        self.report(attempt, "ANSWERED", 1)
        self.report(attempt, "ENDED", 2)
        return attempt

    def uncertain_attempt(self) -> str:
        """An attempt whose fate is unknown."""
        desk, attempt = self.attempt()
        self.admin.OverrideAgent(
            self.a.OverrideAgentRequest(
                agent_id=desk.agent_id, status=self.t.AGENT_STATUS_OFFLINE
            )
        )
        return attempt

    def report(self, attempt: str, phase: str, sequence: int):
        """Reports how far a call is."""
        return self.calls.ReportOutcome(
            self.c.ReportOutcomeRequest(report=self.call_report(attempt, phase, sequence))
        )

    def call_report(self, attempt: str, phase: str, sequence: int = 1):
        """A report of a call."""
        return self.c.CallReport(
            attempt_id=attempt, sequence=sequence, phase=self.c.CallPhase.Value(f"CALL_PHASE_{phase}")
        )

    def connector(self, dialer_id: str = "") -> Connector:
        """An attached connector."""
        connector = Connector(self.daemon, self.pb, dialer_id or self.name("dialer"))
        self.open.append(connector)
        return connector


__all__ = ["NOWHERE", "World", "request_id"]
