#!/usr/bin/env python3
"""An agent's desktop: shows alerts, accepts or rejects them, reports what came of the call.

    python3 -m grpc_tools.protoc -I Protos --python_out=stubs --grpc_python_out=stubs \\
        $(find Protos/callback/v1 Protos/callback/options -name '*.proto')
    PYTHONPATH=stubs agent_desktop.py --socket /run/callbackd/callbackd.sock --agent ada

It reads one word a line: accept, reject, answered, voicemail, busy, no-answer, ended, offline, quit.
It outlives a daemon that restarts: the stream is opened again and begins with where things stand.
"""

import argparse
import asyncio
import sys
import uuid

import grpc
from callback.v1 import callback_pb2 as c
from callback.v1 import callback_pb2_grpc
from callback.v1 import types_pb2 as t

PHASES = {
    "answered": dict(phase=c.CALL_PHASE_ANSWERED),
    "voicemail": dict(phase=c.CALL_PHASE_VOICEMAIL),
    "busy": dict(phase=c.CALL_PHASE_ENDED, outcome=t.OUTCOME_BUSY),
    "no-answer": dict(phase=c.CALL_PHASE_ENDED, outcome=t.OUTCOME_NO_ANSWER),
    "ended": dict(phase=c.CALL_PHASE_ENDED),
}


class Desktop:
    """One agent at one desktop."""

    def __init__(self, channel, agent_id: str):
        self.calls = callback_pb2_grpc.CallbackServiceStub(channel)
        self.agent_id = agent_id
        self.session_id = uuid.uuid4().hex
        self.offer = None
        self.attempt = None
        self.sequence = 0

    async def watch(self) -> None:
        """Shows what happens, over interruptions."""
        while True:
            try:
                stream = self.calls.WatchOffers(
                    c.WatchOffersRequest(session_id=self.session_id, agent_ids=[self.agent_id]),
                    wait_for_ready=True,
                )
                async for message in stream:
                    self.show(message)
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE:
                    raise
                say("the daemon is away; trying again")
                await asyncio.sleep(0.2)

    def show(self, message) -> None:
        """Shows one change."""
        match message.WhichOneof("event"):
            case "agent_snapshot":
                self.alert(message.agent_snapshot.offer)
            case "offered":
                self.alert(message.offered.offer)
            case "offer_ended" if self.offer and message.offer_ended.offer_id == self.offer.offer_id:
                self.offer = None
                say("the alert is closed")
            case "synced":
                say("watching")

    def alert(self, offer) -> None:
        """Shows an alert, A to E."""
        self.offer = offer if offer.offer_id else None
        if not self.offer:
            return
        labels = " ".join(f"[{label.text}]" for label in offer.resolution.labels)
        name = offer.caller.name or "Unknown caller"
        say(f"alert: {name}, {offer.number.display} {labels}".rstrip())
        say(f"  location {offer.location_name or '-'}, ad {offer.ad_source or '-'}, "
            f"queue {offer.queue_name}, {offer.remaining.seconds} s to answer")

    async def do(self, word: str) -> None:
        """Does what a word says."""
        match word:
            case "accept" if self.offer:
                # Repeated under the same id where the answer is lost: it is accepted once.
                request = c.AcceptOfferRequest(
                    request_id=uuid.uuid4().hex, offer_id=self.offer.offer_id,
                    agent_id=self.agent_id, session_id=self.session_id,
                )
                answer = await self.repeat(self.calls.AcceptOffer, request)
                self.offer, self.attempt, self.sequence = None, answer.attempt, 0
                card = t.CardKind.Name(answer.attempt.card.kind).removeprefix("CARD_KIND_")
                say(f"{answer.attempt.call_bar_text}; the {card.title()} card opens")
            case "reject" if self.offer:
                request = c.RejectOfferRequest(
                    request_id=uuid.uuid4().hex, offer_id=self.offer.offer_id,
                    agent_id=self.agent_id,
                )
                await self.repeat(self.calls.RejectOffer, request)
                say("rejected")
            case "ready" | "offline":
                status = t.AgentStatus.Value(f"AGENT_STATUS_{word.upper()}")
                request = c.SetAgentStatusRequest(
                    request_id=uuid.uuid4().hex, agent_id=self.agent_id, status=status
                )
                await self.repeat(self.calls.SetAgentStatus, request)
                say(word)
            case _ if word in PHASES and self.attempt:
                self.sequence += 1
                report = c.CallReport(
                    attempt_id=self.attempt.attempt_id, sequence=self.sequence, **PHASES[word]
                )
                request = c.ReportOutcomeRequest(request_id=uuid.uuid4().hex, report=report)
                answer = await self.repeat(self.calls.ReportOutcome, request)
                state = t.CallbackState.Name(answer.state).removeprefix("CALLBACK_STATE_")
                say(f"reported; the callback is {state.lower().replace('_', ' ')}")
            case _:
                say(f"cannot {word} now")

    async def repeat(self, call, request):
        """Calls, and repeats the same request while the daemon is away: it is carried out once."""
        while True:
            try:
                return await call(request, timeout=10, wait_for_ready=True)
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE:
                    raise
                await asyncio.sleep(0.2)


def say(text: str) -> None:
    """Says something to the agent."""
    print(text, flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--socket", required=True)
    parser.add_argument("--agent", required=True)
    options = parser.parse_args()
    async with grpc.aio.insecure_channel(f"unix:{options.socket}") as channel:
        desktop = Desktop(channel, options.agent)
        watching = asyncio.create_task(desktop.watch())
        await desktop.do("ready")
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
        )
        while word := (await lines.readline()).decode().strip():
            if word == "quit":
                break
            try:
                await desktop.do(word)
            except grpc.aio.AioRpcError as error:
                say(f"refused: {error.code().name}: {error.details()}")
        watching.cancel()


if __name__ == "__main__":
    asyncio.run(main())
