#!/usr/bin/env python3
"""Shows callbacks from request to outcome with real commands over the socket.

Everything shown is asserted; the exit code is 0 only when all of it was so.
"""

import csv
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from stage import WAIT, Failure, Stage

DIALLED = "(202) 555-0100"


class Demo:
    """The scenes, in order."""

    def __init__(self, folder: pathlib.Path):
        self.stage = Stage(folder)
        self.calls: dict[str, str] = {}

    def run(self) -> None:
        """Plays all scenes."""
        self.set_up()
        self.import_directory()
        self.desks()
        self.callers()
        self.reject()
        self.does_not_connect()
        self.voicemail()
        self.history()
        self.crash()

    # Scenes

    def set_up(self) -> None:
        s = self.stage
        s.title("A call center: a queue, a location, a number with its ad, two agents")
        s.start_daemon()
        s.ctl("queue", "put", "sales", "--name", "Sales", "--dialing", "connector",
              "--cooldown", "0s")
        s.ctl("location", "put", "downtown", "--name", "Downtown Storage", "--region", "US")
        s.ctl("location", "put", "harbor", "--name", "Harbor Storage", "--region", "US")
        s.ctl("location", "put", "airport", "--name", "Airport Storage", "--region", "US")
        s.ctl("location", "put", "westside", "--name", "Westside Storage", "--region", "US")
        s.ctl("number", "put", DIALLED, "--location", "downtown", "--queue", "sales",
              "--ad", "Spring radio spot")
        s.ctl("agent", "put", "ada", "--name", "Ada Agent", "--endpoint", "sip:ada@desk",
              "--queue", "sales")
        s.ctl("agent", "put", "bob", "--name", "Bob Agent", "--endpoint", "sip:bob@desk",
              "--queue", "sales")

    def import_directory(self) -> None:
        s = self.stage
        s.title("A directory of 10,000 records, numbers as people write them")
        generator = pathlib.Path(__file__).with_name("directory.py")
        text = subprocess.run(
            [sys.executable, generator, "10000", "1"], capture_output=True, text=True, check=True
        ).stdout
        path = s.folder / "directory.csv"
        path.write_text(text)
        rows = list(csv.DictReader(io.StringIO(text)))
        impossible = {"555-01", "n/a", "12", "call the office", "+1 202 555 01234567890123"}
        bad = sum(row["phone"] in impossible for row in rows)
        out = s.ctl("directory", "import", str(path), "--refused", str(s.folder / "refused.csv"),
                    codes=(0, 1))
        numbers = {int(n.replace(",", "")) for n in re.findall(r"\b\d[\d,]*\b", out)}
        s.check(f"{len(rows) - bad:,} records imported, {bad} refused with line and reason",
                len(rows) == 10_000 and {len(rows) - bad, bad} <= numbers, out)

    def desks(self) -> None:
        s = self.stage
        s.title("Two desktops and a telephony connector")
        self.switch = s.beside(
            "connector", "dialer", "simulate", "--ring", "0s", "--talk", "0s",
            "--number", "+12025550117=busy", "--number", "+12025550118=voicemail",
            "--default", "answered")
        self.ada = s.beside("ada", "agent", "watch", "ada")
        self.bob = s.beside("bob", "agent", "watch", "bob")
        self.wait("both desktops and the connector are connected", self.connected)

    def connected(self) -> bool:
        info = self.stage.ask("info")
        return int(info.get("connectedAgents", 0)) == 2 and bool(
            self.stage.ask("dialers").get("dialers"))

    def callers(self) -> None:
        s = self.stage
        s.title("Who calls decides the labels of the alert and the card that opens")
        s.ctl("agent", "set", "ada", "ready")
        scenes = [
            ("a Lead", ["(202) 555-0111", "--name", "Linda"], ["Lead"], "Lead card", "L-1001"),
            ("a Customer", ["202-555-0113", "--name", "Carlos"], ["Customer"], "Customer card",
             "C-1002"),
            ("a Customer with an active Lead", ["202.555.0114", "--name", "Bea"],
             ["Lead", "Customer"], "Lead card", "L-1003"),
            ("a Previous Customer", ["+1 202 555 0115", "--name", "Paul"],
             ["Previous Customer"], "Customer card", "P-1004"),
            ("an Unknown number", ["202 555 0119"], ["Unknown"], "Greeting card", ""),
            ("an anonymous caller who keyed in a number",
             ["--withheld", "--callback", "(202) 555-0120", "--source", "keyed-in"],
             ["Unknown"], "Greeting card", ""),
        ]
        for who, request, labels, card, record in scenes:
            print()
            callback = self.request(*request)
            alert = self.alert(self.ada)
            offer = s.ask("agent", "show", "ada")["offer"]
            shown = [label["text"] for label in offer["resolution"]["labels"]]
            s.check(f"{who}: the alert says {' and '.join(labels)}",
                    shown == labels and all(label in alert for label in labels), shown)
            s.check("the alert names location, ad source and queue",
                    all(text in alert for text in
                        ("Downtown Storage", "Spring radio spot", "Sales")))
            out = s.ctl("accept", "--agent", "ada")
            s.check(f"the call bar reads Call to …, and the {card} opens",
                    "Call to (202) 555-01" in out and card.lower() in out.lower()
                    and record in out, out)
            self.completes(callback, "ANSWERED")

    def reject(self) -> None:
        s = self.stage
        s.title("A rejected callback goes to the next available agent")
        s.ctl("agent", "set", "bob", "ready")
        callback = self.request("(202) 555-0121", "--name", "Rita")
        holder, other = ("ada", "bob") if self.holder(callback) == "ada" else ("bob", "ada")
        self.alert(getattr(self, holder))
        s.ctl("reject", "--agent", holder)
        self.alert(getattr(self, other))
        s.check(f"{other} has the callback that {holder} rejected",
                self.holder(callback) == other)
        s.ctl("accept", "--agent", other)
        self.completes(callback, "ANSWERED")
        s.ctl("agent", "set", "bob", "inactive")

    def does_not_connect(self) -> None:
        s = self.stage
        s.title("A call that does not connect stays in the queue")
        callback = self.request("(202) 555-0117", "--name", "Busy Bill")
        self.alert(self.ada)
        s.ctl("accept", "--agent", "ada")
        self.wait("the line was busy: it waits for its next attempt",
                  lambda: self.get(callback)["state"] == "CALLBACK_STATE_RETRY_WAIT")
        s.ctl("list")
        s.ctl("explain", callback)
        self.stays = callback

    def voicemail(self) -> None:
        s = self.stage
        s.title("A call that reaches voicemail is complete")
        callback = self.request("(202) 555-0118", "--name", "Vera")
        self.alert(self.ada)
        s.ctl("accept", "--agent", "ada")
        self.completes(callback, "VOICEMAIL")
        live = [each["callbackId"] for each in s.ask("list").get("callbacks", [])]
        s.check("it left the queue; the busy one is still there", live == [self.stays], live)

    def history(self) -> None:
        s = self.stage
        s.title("The caller's history")
        out = s.ctl("history", "202 555 0118")
        s.check("the history shows the call and its outcome", "voicemail" in out.lower(), out)

    def crash(self) -> None:
        s = self.stage
        s.title("kill -9 in the middle, restart, the same queue again")
        s.ctl("agent", "set", "ada", "inactive")
        for line in range(130, 136):
            self.request(f"202 555 0{line}")
        before = s.ask("list")["callbacks"]
        s.kill_daemon()
        out = s.ctl("list", codes=(3,))
        s.check("without a daemon the command says so, exit code 3", bool(out.strip()))
        s.start_daemon()
        s.ctl("list")
        after = s.ask("list")["callbacks"]
        s.check(f"all {len(before)} callbacks are there, in the same order",
                [each["callbackId"] for each in after]
                == [each["callbackId"] for each in before] and len(after) == 7)
        s.check("the daemon stops cleanly on SIGTERM", s.close() == 0)

    # Steps

    def request(self, *arguments: str) -> str:
        """Requests a callback and gives its id."""
        s = self.stage
        s.ctl("request", *arguments, "--dialled", DIALLED)
        return s.ask("list")["callbacks"][-1]["callbackId"]

    def alert(self, desk) -> str:
        """Waits for the next alert on a desk and shows it."""
        text = desk.until("CallBack Alert", "Reject", "to answer")
        self.stage.print(text)
        return re.sub(r"\x1b\[[0-9;]*m", "", text)

    def get(self, callback: str):
        return self.stage.ask("show", callback)["callback"]

    def holder(self, callback: str) -> str:
        """The agent who has the offer."""
        return self.get(callback).get("agentId", "")

    def completes(self, callback: str, reason: str) -> None:
        """Waits until the callback is complete."""
        self.wait(
            f"the callback is complete ({reason.lower()})",
            lambda: (state := self.get(callback))["state"] == "CALLBACK_STATE_COMPLETED"
            and state["endReason"] == f"END_REASON_{reason}")

    def wait(self, what: str, holds) -> None:
        """Waits until something holds, then counts it as a check."""
        deadline = time.monotonic() + WAIT
        while not holds():
            if time.monotonic() > deadline:
                raise Failure(f"not so within {WAIT} s: {what}")
            time.sleep(0.02)
        self.stage.check(what, True)


def main() -> int:
    """Plays the demo; 0 where all of it was so."""
    with tempfile.TemporaryDirectory(prefix="callback-demo-") as folder:
        demo = Demo(pathlib.Path(folder))
        began = time.monotonic()
        try:
            demo.run()
        except Failure as failure:
            print(f"\nThe demo failed: {failure}", file=sys.stderr)
            log = pathlib.Path(folder) / "callbackd.log"
            if log.exists():
                print(f"\nThe daemon's log:\n{log.read_text()}", file=sys.stderr)
            return 1
        finally:
            demo.stage.close()
        print(f"\n{demo.stage.checks} checks passed in {time.monotonic() - began:.0f} s: "
              "requests, alerts, cards, a rejection, a busy line, voicemail, history, a crash.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
