#!/usr/bin/env python3
"""A telephony connector: claims the calls that the daemon wants placed, dials what is granted, reports.

    PYTHONPATH=stubs telephony_connector.py --socket /run/callbackd/callbackd.sock --dialer switch

The stubs are made as agent_desktop.py says. `Telephony` stands for a telephone system: here every
call is answered and lasts as long as --talk says; --busy NUMBER is busy. What is not acknowledged is
reported again after a reconnect, and what is not granted is never dialled.
"""

import argparse
import asyncio
import itertools
import uuid

import grpc
from callback.v1 import callback_pb2 as c
from callback.v1 import dialer_pb2 as d
from callback.v1 import dialer_pb2_grpc

# What a stream may end with and be opened again: the daemon went away, another stream took over. A
# connection that is lost in the middle of a message is INTERNAL in grpcio's asyncio.
AGAIN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED, grpc.StatusCode.INTERNAL}


class Telephony:
    """Places calls: agent first, then the caller."""

    def __init__(self, talk: float, busy: set[str]):
        self.talk, self.busy = talk, busy

    async def call(self, command):
        """Places one call and tells how far it is."""
        yield dict(phase=c.CALL_PHASE_RINGING, leg=c.CALL_LEG_AGENT)
        yield dict(phase=c.CALL_PHASE_AGENT_ANSWERED, leg=c.CALL_LEG_AGENT)
        if command.number.e164 in self.busy:
            yield dict(phase=c.CALL_PHASE_ENDED, sip_status=486)
            return
        yield dict(phase=c.CALL_PHASE_ANSWERED, leg=c.CALL_LEG_CALLER)
        await asyncio.sleep(self.talk)
        yield dict(phase=c.CALL_PHASE_ENDED)


class Connector:
    """Speaks with the daemon, over interruptions."""

    def __init__(self, channel, dialer_id: str, telephony: Telephony):
        self.stub = dialer_pb2_grpc.DialerServiceStub(channel)
        self.dialer_id, self.telephony = dialer_id, telephony
        self.instance = uuid.uuid4().hex
        self.commands = {}  # by attempt: what may be dialled once granted
        self.running = {}  # by attempt: the task that dials
        self.unacknowledged = {}  # by attempt and sequence: reports in their order
        self.last = {}  # by attempt: the last report
        self.outbox = asyncio.Queue()

    async def run(self) -> None:
        """Attaches, again and again."""
        while True:
            self.outbox = asyncio.Queue()
            self.send(hello=d.DialHello(
                dialer_id=self.dialer_id, instance=self.instance,
                live_attempt_ids=list(self.running),
            ))
            for report in self.unacknowledged.values():
                self.send(report=report)
            try:
                stream = self.stub.Dial(self.messages(), wait_for_ready=True)
                async for message in stream:
                    self.take(message)
            except grpc.aio.AioRpcError as error:
                if error.code() not in AGAIN:
                    raise
                say(f"detached: {error.details()}")
                await asyncio.sleep(0.2)

    def take(self, message) -> None:
        """Takes one message of the daemon."""
        match message.WhichOneof("message"):
            case "welcome":
                say("attached")
                interval = message.welcome.heartbeat_interval
                self.send_heartbeats(interval.seconds + interval.nanos / 1e9)
            case "command":
                self.commands[message.command.attempt_id] = message.command
                self.send(claim=d.DialClaim(attempt_id=message.command.attempt_id))
            case "granted":
                self.dial(message.granted.attempt_id)
            case "revoked":
                self.commands.pop(message.revoked.attempt_id, None)
            case "hang_up":
                self.hang_up(message.hang_up.attempt_id)
            case "query":
                self.answer(message.query.attempt_id)
            case "report_ack":
                ack = message.report_ack
                self.unacknowledged.pop((ack.attempt_id, ack.sequence), None)

    def dial(self, attempt_id: str) -> None:
        """Begins a call that was granted; a grant that comes twice begins no second one."""
        command = self.commands.pop(attempt_id, None)
        if command and attempt_id not in self.running:
            self.running[attempt_id] = asyncio.create_task(self.place(command))

    async def place(self, command) -> None:
        """Places a call and reports it."""
        say(f"dialling {command.agent_endpoint}, then {command.number.e164}")
        sequence = itertools.count(1)
        try:
            async for progress in self.telephony.call(command):
                self.report(command.attempt_id, next(sequence), **progress)
        except asyncio.CancelledError:
            self.report(command.attempt_id, next(sequence), phase=c.CALL_PHASE_ENDED)
        finally:
            self.running.pop(command.attempt_id, None)
            say(f"over: {command.number.e164}")

    def report(self, attempt_id: str, sequence: int, **progress) -> None:
        """Reports how far a call is; kept until it is acknowledged."""
        report = c.CallReport(attempt_id=attempt_id, sequence=sequence, **progress)
        report.occurred_at.GetCurrentTime()
        self.unacknowledged[attempt_id, sequence] = report
        self.last[attempt_id] = report
        self.send(report=report)

    def hang_up(self, attempt_id: str) -> None:
        """Ends a call."""
        if task := self.running.get(attempt_id):
            task.cancel()

    def answer(self, attempt_id: str) -> None:
        """Says how far an attempt is."""
        last = self.last.get(attempt_id)
        if attempt_id in self.running:
            answer = d.DialAnswer(knowledge=d.DIAL_KNOWLEDGE_IN_PROGRESS)
        elif last:
            answer = d.DialAnswer(knowledge=d.DIAL_KNOWLEDGE_ENDED, report=last)
        elif attempt_id in self.commands:
            answer = d.DialAnswer(knowledge=d.DIAL_KNOWLEDGE_NOT_DIALLED)
        else:
            answer = d.DialAnswer(knowledge=d.DIAL_KNOWLEDGE_UNKNOWN)
        answer.attempt_id = attempt_id
        self.send(answer=answer)

    def send_heartbeats(self, interval: float) -> None:
        """Keeps the stream known to be alive."""
        outbox = self.outbox

        def beat():
            if outbox is self.outbox:
                self.send(heartbeat=d.DialHeartbeat())
                asyncio.get_running_loop().call_later(interval, beat)

        beat()

    def send(self, **message) -> None:
        """Sends one message."""
        self.outbox.put_nowait(d.DialRequest(**message))

    async def messages(self):
        """What is sent on one stream."""
        outbox = self.outbox
        while True:
            yield await outbox.get()


def say(text: str) -> None:
    """Says something to the operator."""
    print(text, flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--socket", required=True)
    parser.add_argument("--dialer", default="switch")
    parser.add_argument("--talk", type=float, default=5, help="seconds that each call lasts")
    parser.add_argument("--busy", action="append", default=[], help="a number that is busy")
    options = parser.parse_args()
    telephony = Telephony(options.talk, set(options.busy))
    async with grpc.aio.insecure_channel(f"unix:{options.socket}") as channel:
        await Connector(channel, options.dialer, telephony).run()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
