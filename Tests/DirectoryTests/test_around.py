"""What is around every adapter, as the daemon's settings have it: how long answers are used, and how
many look-ups there are at once."""

import threading
import time

import grpc
import pytest
from scripted_crm import adapter

KNOWN, UNKNOWN = "+12025550101", "+12025550199"


@pytest.mark.parametrize(
    "settings, hit, miss",
    [
        ("cache_hits: 1m\ncache_misses: 0s", "CACHE", "DIRECTORY"),
        ("cache_hits: 0s\ncache_misses: 1m", "DIRECTORY", "CACHE"),
    ],
)
def test_hits_and_misses_have_ages_of_their_own(start, crm, settings, hit, miss):
    crm.start()
    service = start(adapter(crm.socket, f"lookup_budget: 2s\n{settings}"))
    for number, origin in [(KNOWN, hit), (UNKNOWN, miss)]:
        service.status(number)
        step = service.resolve(number).answers[0]
        name = service.pb.callback.AnswerOrigin.Name(step.origin)
        assert name == f"ANSWER_ORIGIN_{origin}"
        assert bool(step.age.ToNanoseconds()) == (origin == "CACHE")


@pytest.mark.parametrize("age, status", [("1h", "RESOLVED"), ("1ms", "LOOKUP_FAILED")])
def test_records_from_before_are_used_for_as_long_as_is_set(start, crm, age, status):
    crm.start()
    service = start(
        adapter(crm.socket, f"lookup_budget: 2s\ncache_hits: 0s\nstale_answers: {age}")
    )
    assert service.status(KNOWN) == "RESOLVED"
    crm.stop()
    time.sleep(0.05)
    answer = service.resolve(KNOWN)
    assert service.pb.types.LookupStatus.Name(answer.resolution.status).endswith(status)
    assert answer.resolution.stale == (status == "RESOLVED")


def test_look_ups_are_bounded_and_what_is_beyond_fails_at_once(start, crm):
    release, lock = threading.Event(), threading.Lock()
    under_way = most = 0

    def slow(request, context, answer):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        release.wait(60)
        with lock:
            under_way -= 1
        return answer()

    crm.replace("Lookup", slow)
    crm.start()
    service = start(
        adapter(crm.socket, "concurrent_lookups: 2\nlookup_timeout: 30s\nlookup_budget: 10s")
        + "    timeout: 30s\n"
    )
    channels = [service.daemon.channel() for _ in range(4)]
    stubs = [service.pb.callback_grpc.CallbackServiceStub(one) for one in channels]
    resolve = service.pb.callback.ResolveCallerRequest
    waiting = [
        stubs[n % 4].ResolveCaller.future(resolve(number=f"+1202556{n:04}"))
        for n in range(2 + 256)
    ]
    # One more for each that has not come yet waits as well: the first beyond is refused at once.
    for n in range(10):
        more = stubs[n % 4].ResolveCaller.future(
            resolve(number=f"+1202557{n:04}", explain=True)
        )
        try:
            step = more.result(timeout=0.5).answers[0]
            break
        except grpc.FutureTimeoutError:
            pass
    assert "too many look-ups waiting" in step.failure
    line = 'callbackd_directory_overloaded_total{directory="crm"}'
    assert service.metrics()[line] >= 1
    assert service.metrics()['callbackd_directory_lookups_total{directory="crm"}'] == 2
    release.set()
    for one in waiting:
        one.result()
    assert most == 2
    for channel in channels:
        channel.close()
