"""A daemon as those who ask it about callers see it."""

import json
import subprocess
import time

import grpc
from center import Desktop, Operator, refusal, request_id
from daemon import BINARIES
from metrics import page, samples

DIALLED = "+12025550100"


class Service:
    """A running daemon: what is asked of its directories, and said back to them."""

    def __init__(self, daemon, pb):
        self.daemon = daemon
        self.pb = pb
        self.channel = daemon.channel()
        self.calls = pb.callback_grpc.CallbackServiceStub(self.channel)

    def close(self):
        """Closes the connection."""
        self.channel.close()

    # Asking

    def resolve(self, number, **fields):
        """Who has a number, with what each directory answered."""
        fields.setdefault("explain", True)
        return self.calls.ResolveCaller(
            self.pb.callback.ResolveCallerRequest(number=number, **fields)
        )

    def records(self, number, **fields):
        """The ids of a number's records with their classes, best first."""
        resolution = self.resolve(number, **fields).resolution
        assert resolution.status == self.pb.types.LOOKUP_STATUS_RESOLVED, resolution
        return [(match.record_id, self.class_of(match)) for match in resolution.matches]

    def class_of(self, match):
        """The class in one word: active for an active Lead."""
        name = self.pb.types.CallerClass.Name(match.caller_class)
        word = name.removeprefix("CALLER_CLASS_").lower()
        return "active" if match.active_lead else word

    def status(self, number):
        """RESOLVED or LOOKUP_FAILED."""
        status = self.resolve(number).resolution.status
        return self.pb.types.LookupStatus.Name(status).removeprefix("LOOKUP_STATUS_")

    def until(self, number, status, within=20):
        """Asks until a look-up ends so; gives the last answer."""
        wanted = self.pb.types.LookupStatus.Value(f"LOOKUP_STATUS_{status}")
        deadline = time.monotonic() + within
        while True:
            answer = self.resolve(number)
            if answer.resolution.status == wanted:
                return answer
            assert time.monotonic() < deadline, (answer, self.log())
            time.sleep(0.05)

    def search(self, query, limit=10):
        """Records by what somebody typed."""
        return self.calls.SearchRecords(
            self.pb.callback.SearchRecordsRequest(query=query, limit=limit)
        )

    def record(self, record_id):
        """One record."""
        return self.calls.GetRecord(
            self.pb.callback.GetRecordRequest(record_id=record_id)
        ).record

    def history(self, number):
        """What is known of a number's past, newest first."""
        return self.calls.GetCallerHistory(
            self.pb.callback.GetCallerHistoryRequest(number=number)
        ).entries

    # Changing

    def start_lead(self, number, name, **fields):
        """Starts a Lead."""
        fields.setdefault("request_id", request_id())
        return self.calls.StartLead(
            self.pb.callback.StartLeadRequest(number=number, name=name, **fields)
        )

    def match(self, number, record_id, **fields):
        """Matches a number to a record."""
        fields.setdefault("request_id", request_id())
        return self.calls.MatchCaller(
            self.pb.callback.MatchCallerRequest(number=number, record_id=record_id, **fields)
        )

    def unmatch(self, number, record_id, **fields):
        """Takes a number off a record."""
        fields.setdefault("request_id", request_id())
        return self.calls.UnmatchCaller(
            self.pb.callback.UnmatchCallerRequest(number=number, record_id=record_id, **fields)
        )

    def refused(self, call, *arguments, **fields):
        """The code, the reason and the words of a refusal."""
        try:
            answer = call(*arguments, **fields)
        except grpc.RpcError as error:
            code, reason, _ = refusal(error, self.pb)
            return code, reason, error.details()
        raise AssertionError(f"was not refused: {answer}")

    # Callbacks

    def call_center(self):
        """A queue with an agent at a desk, and a number that callers dial."""
        operator = Operator(self.channel, self.pb)
        operator.queue("sales")
        operator.location("downtown", "Downtown Storage")
        operator.number(DIALLED, "downtown", "sales", "Spring radio spot")
        operator.agent("ada", "sales")
        return Desktop(self.daemon, self.pb, "ada")

    def request(self, number, **fields):
        """Asks for a callback."""
        fields.setdefault("request_id", request_id())
        fields.setdefault("dialled_number", DIALLED)
        return self.calls.RequestCallback(
            self.pb.callback.RequestCallbackRequest(caller_number=number, **fields)
        )

    def outcome(self, attempt_id, sequence, phase):
        """Reports how far a call is."""
        return self.calls.ReportOutcome(
            self.pb.callback.ReportOutcomeRequest(
                request_id=request_id(),
                report=self.pb.callback.CallReport(
                    attempt_id=attempt_id,
                    sequence=sequence,
                    phase=self.pb.callback.CallPhase.Value(f"CALL_PHASE_{phase}"),
                ),
            )
        )

    # What else is to be seen

    def log(self):
        """What the daemon has logged."""
        return self.daemon.log.read_text()

    def command(self, *arguments):
        """What callbackctl prints."""
        ended = subprocess.run(
            [BINARIES / "callbackctl", "--socket", self.daemon.socket, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def json(self, *arguments):
        """What callbackctl prints with --json."""
        return json.loads(self.command(*arguments, "--json"))

    def metrics(self):
        """The metrics by name and labels."""
        return samples(page(self.daemon, "/metrics")[1])

    def peak_bytes(self):
        """The most memory that the daemon has had resident."""
        with open(f"/proc/{self.daemon.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("no VmHWM")


def indented(text: str, by: int = 2) -> str:
    """The lines of a text further to the right."""
    return "".join(" " * by + line + "\n" for line in text.strip("\n").splitlines())
