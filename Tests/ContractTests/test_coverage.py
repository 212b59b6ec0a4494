"""No method and no documented reason without a test: looks at what all other tests saw, and so runs
after them; where only some of the tests ran there is nothing to say."""

import os
import pathlib

import grpc
import pytest
import record
from contract import BY_PATH, CODES, EVERYWHERE, METHODS

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What cannot be brought about from outside within seconds, and the tests that show it inside: the
# file, and what it says of it.
INSIDE = {
    # Events are kept for days.
    ("CallbackService/WatchOutcomes", "TOKEN_TOO_OLD"): (
        "Tests/CallbackEngineTests/EngineFeedTests.swift", "FeedError.tooOld"
    ),
    # A client of gRPC reads what the kernel and its windows hold.
    ("CallbackService/WatchOffers", "SLOW_READER"): (
        "Tests/CallbackServerTests/OfferStreamTests.swift", ".slowReader"
    ),
    ("DialerService/Dial", "SLOW_READER"): (
        "Tests/CallbackServerTests/OfferStreamTests.swift", ".slowReader"
    ),
    # The limit is a hundred thousand.
    **{
        (f"AdminService/Put{kind}", "TOO_MANY"): (
            "Tests/CallbackCoreTests/LimitTests.swift", f".put{kind}("
        )
        for kind in ("Queue", "Agent", "Location", "Number", "Exclusion", "InactiveReason")
    },
}

# The same for what every method may answer.
INSIDE_EVERYWHERE = {
    "OVERLOADED": ("Tests/CallbackServerTests/ErrorTests.swift", "EngineError.overloaded"),
    "LOG_DAMAGED": ("Tests/CallbackServerTests/ErrorTests.swift", "EngineError.dataLoss"),
    "DEFECT": ("Tests/CallbackServerTests/ErrorTests.swift", ".defect"),
}


@pytest.mark.parametrize("place", sorted({*INSIDE.values(), *INSIDE_EVERYWHERE.values()}))
def test_what_is_shown_inside_is_shown_there(place):
    file, words = place
    assert words in (ROOT / file).read_text()


@pytest.fixture(scope="module", autouse=True)
def everything_ran(request):
    folder = request.path.parent
    files = {each.path.name for each in request.session.items if each.path.parent == folder}
    here = {path.name for path in folder.glob("test_*.py")}
    if files != here or request.config.option.keyword:
        pytest.skip("only when all contract tests run")


def seen(name: str):
    """The statuses and reasons that a method was seen to answer."""
    return {(code, reason) for path, code, reason in record.seen() if path == METHODS[name].path}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_was_called_with_success(name):
    ends = {code for code, _ in seen(name)}
    # Streams that never end by themselves are cancelled by their readers.
    assert ends & {grpc.StatusCode.OK, grpc.StatusCode.CANCELLED}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_documented_reason_was_seen(name):
    elsewhere = {reason for method, reason in INSIDE if method == name}
    missing = METHODS[name].reasons - EVERYWHERE - elsewhere - {r for _, r in seen(name)}
    assert not missing, f"{name} was never seen to answer {sorted(missing)}"


def test_what_every_method_may_answer_was_seen():
    # Only root has other users to call with.
    others = set() if os.geteuid() == 0 else {"ROLE_MISSING", "AGENT_NOT_YOURS"}
    seen = {reason for _, _, reason in record.seen()}
    assert EVERYWHERE - set(INSIDE_EVERYWHERE) - others <= seen


@pytest.mark.skipif(os.geteuid() != 0, reason="drops privileges")
@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_was_seen_to_ask_for_a_role(name):
    assert (grpc.StatusCode.PERMISSION_DENIED, "ROLE_MISSING") in seen(name)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_was_seen_malformed_late_and_cancelled(name):
    codes = {code for code, _ in seen(name)}
    assert (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE") in seen(name)
    assert {grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED} <= codes


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_reason_seen_is_documented(name):
    undocumented = {r for _, r in seen(name) if r} - METHODS[name].reasons - EVERYWHERE
    assert not undocumented, f"{name} does not document {sorted(undocumented)}"


def test_every_reason_came_with_its_status():
    wrong = {
        (BY_PATH[path].name, code.name, reason)
        for path, code, reason in record.seen()
        if reason and path in BY_PATH and CODES[reason] != code
    }
    assert not wrong


def test_every_refusal_of_ours_names_a_reason():
    # What gRPC itself answers has none.
    from_grpc = {
        grpc.StatusCode.OK, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
    }
    nameless = {
        (BY_PATH[path].name, code.name)
        for path, code, reason in record.seen()
        if path in BY_PATH and not reason and code not in from_grpc
    }
    assert not nameless


def test_every_documented_reason_has_a_status():
    for method in METHODS.values():
        assert method.reasons <= set(CODES)
