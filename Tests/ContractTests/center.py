"""A call center as its programs see it: an operator, agent desktops, a telephony connector."""

import itertools
import queue
import sqlite3
import threading
import uuid

import grpc
import pytest

WAIT = 30  # seconds that any single message may take before a test fails


def request_id() -> str:
    """A request id that no other request has."""
    return uuid.uuid4().hex


def refusal(error: grpc.RpcError, pb):
    """The code, the reason and the typed details of a refused call."""
    trailers = {key: value for key, value in error.trailing_metadata() or ()}
    status = pb.status.Status()
    if "grpc-status-details-bin" in trailers:
        status.ParseFromString(trailers["grpc-status-details-bin"])
    info = pb.details.ErrorInfo()
    others = []
    for detail in status.details:
        if not detail.Unpack(info):
            others.append(detail)
    return error.code(), info.reason, others


def half_forget(daemon, pb, number: str) -> sqlite3.Connection:
    """Decides to forget a number, which is not finished while what this gives is open."""
    # Whoever writes what is kept of changes keeps the daemon from doing so.
    writer = sqlite3.connect(daemon.data / "directory-changes.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with daemon.channel() as channel, pytest.raises(grpc.RpcError) as unfinished:
        pb.admin_grpc.AdminServiceStub(channel).ForgetCaller(
            pb.admin.ForgetCallerRequest(request_id=request_id(), number=number)
        )
    assert refusal(unfinished.value, pb)[1] == "DIRECTORY_UNAVAILABLE"
    return writer


class Operator:
    """Configures the call center."""

    def __init__(self, channel, pb):
        self.pb = pb
        self.admin = pb.admin_grpc.AdminServiceStub(channel)

    def queue(self, queue_id: str, **settings):
        """Makes a queue."""
        return self.admin.PutQueue(
            self.pb.admin.PutQueueRequest(
                request_id=request_id(),
                queue=self.pb.admin.Queue(
                    queue_id=queue_id,
                    name=queue_id.title(),
                    settings=self.pb.admin.QueueSettings(**settings),
                ),
            )
        ).queue

    def agent(self, agent_id: str, *queue_ids: str):
        """Makes an agent who serves the queues."""
        return self.admin.PutAgent(
            self.pb.admin.PutAgentRequest(
                request_id=request_id(),
                agent=self.pb.admin.AgentConfig(
                    agent_id=agent_id,
                    name=agent_id.title(),
                    endpoint=f"sip:{agent_id}@desk",
                    memberships=[
                        self.pb.admin.Membership(queue_id=queue_id)
                        for queue_id in queue_ids
                    ],
                ),
            )
        ).agent

    def location(self, location_id: str, name: str, region: str = "US"):
        """Makes a location."""
        return self.admin.PutLocation(
            self.pb.admin.PutLocationRequest(
                request_id=request_id(),
                location=self.pb.admin.Location(
                    location_id=location_id, name=name, region=region
                ),
            )
        ).location

    def number(self, number: str, location_id: str, queue_id: str, ad_source: str):
        """Registers a number that callers dial."""
        return self.admin.PutNumber(
            self.pb.admin.PutNumberRequest(
                request_id=request_id(),
                number=self.pb.admin.DialledNumber(
                    number=number,
                    location_id=location_id,
                    queue_id=queue_id,
                    ad_source=ad_source,
                ),
            )
        ).number


class Inbox:
    """Reads a stream on a thread of its own, so that tests can wait for single messages."""

    def __init__(self, stream):
        self.stream = stream
        self.messages: queue.Queue = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for message in self.stream:
                self.messages.put(message)
            self.messages.put(None)
        except grpc.RpcError as error:
            self.messages.put(error)

    def next(self):
        """The next message; fails where the stream ended."""
        message = self.messages.get(timeout=WAIT)
        if message is None or isinstance(message, grpc.RpcError):
            raise AssertionError(f"the stream ended: {message!r}")
        return message

    def until(self, kind: str, field: str, where=lambda _: True):
        """The next message of this kind for which `where` holds; others are passed over."""
        while True:
            message = self.next()
            if message.WhichOneof(field) == kind and where(getattr(message, kind)):
                return getattr(message, kind)


class Desktop:
    """An agent's desktop: watches offers, accepts and rejects them."""

    def __init__(self, daemon, pb, agent_id: str):
        self.pb = pb
        self.agent_id = agent_id
        self.session_id = f"{agent_id}-{uuid.uuid4().hex[:8]}"
        self.channel = daemon.channel()
        self.calls = pb.callback_grpc.CallbackServiceStub(self.channel)
        self.inbox = Inbox(
            self.calls.WatchOffers(
                pb.callback.WatchOffersRequest(
                    session_id=self.session_id, agent_ids=[agent_id]
                )
            )
        )
        self.snapshot = self.inbox.until("agent_snapshot", "event")
        self.inbox.until("synced", "event")

    def status(self, status: str, **fields):
        """Says what the agent wants to be."""
        return self.calls.SetAgentStatus(
            self.pb.callback.SetAgentStatusRequest(
                request_id=request_id(),
                agent_id=self.agent_id,
                status=self.pb.types.AgentStatus.Value(f"AGENT_STATUS_{status}"),
                **fields,
            )
        )

    def offer(self):
        """The next alert."""
        return self.inbox.until("offered", "event").offer

    def ended(self, offer_id: str):
        """How the alert was closed."""
        return self.inbox.until(
            "offer_ended", "event", lambda ended: ended.offer_id == offer_id
        )

    def becomes(self, work_state: str):
        """Waits until the agent's work state is this."""
        wanted = self.pb.types.AgentWorkState.Value(f"AGENT_WORK_STATE_{work_state}")
        return self.inbox.until(
            "agent_changed",
            "event",
            lambda changed: changed.agent.work_state == wanted,
        ).agent

    def accept(self, offer, **fields):
        """Accepts an alert."""
        fields.setdefault("request_id", request_id())
        return self.calls.AcceptOffer(
            self.pb.callback.AcceptOfferRequest(
                offer_id=offer.offer_id,
                agent_id=self.agent_id,
                session_id=self.session_id,
                **fields,
            )
        )

    def reject(self, offer):
        """Rejects an alert."""
        return self.calls.RejectOffer(
            self.pb.callback.RejectOfferRequest(
                request_id=request_id(),
                offer_id=offer.offer_id,
                agent_id=self.agent_id,
            )
        )

    def close(self):
        """Closes the desktop: its stream is gone."""
        self.channel.close()


class Connector:
    """A telephony connector: claims commands, dials what is granted, reports."""

    def __init__(self, daemon, pb, dialer_id: str = "switch", live=()):
        self.pb = pb
        self.channel = daemon.channel()
        self.outbox: queue.Queue = queue.Queue()
        self.sequences: dict[str, itertools.count] = {}
        self.send(
            hello=pb.dialer.DialHello(
                dialer_id=dialer_id,
                instance=uuid.uuid4().hex,
                live_attempt_ids=list(live),
            )
        )
        self.inbox = Inbox(
            pb.dialer_grpc.DialerServiceStub(self.channel).Dial(
                iter(self.outbox.get, None)
            )
        )
        self.inbox.until("welcome", "message")

    def send(self, **message):
        """Sends one message."""
        self.outbox.put(self.pb.dialer.DialRequest(**message))

    def command(self):
        """The next call to place."""
        return self.inbox.until("command", "message")

    def claim(self, attempt_id: str) -> bool:
        """Claims a command; whether it is granted."""
        self.send(claim=self.pb.dialer.DialClaim(attempt_id=attempt_id))
        while True:
            message = self.inbox.next()
            kind = message.WhichOneof("message")
            if (
                kind in ("granted", "revoked")
                and getattr(message, kind).attempt_id == attempt_id
            ):
                return kind == "granted"

    def report(self, attempt_id: str, phase: str, **fields):
        """Reports how far a call is and waits for the acknowledgement."""
        sequence = next(self.sequences.setdefault(attempt_id, itertools.count(1)))
        self.send(
            report=self.pb.callback.CallReport(
                attempt_id=attempt_id,
                sequence=sequence,
                phase=self.pb.callback.CallPhase.Value(f"CALL_PHASE_{phase}"),
                **fields,
            )
        )
        return self.inbox.until(
            "report_ack",
            "message",
            lambda ack: ack.attempt_id == attempt_id and ack.sequence >= sequence,
        )

    def close(self):
        """Closes the connector: its stream is gone."""
        self.outbox.put(None)
        self.channel.close()
