"""A CRM behind a proxy that misbehaves: offers go out, memory is bounded, it recovers by itself."""

import time

import pytest
from api_server import HubSpot, Misbehaving

TOKEN = "pat-na1-s3cret-token"


@pytest.fixture
def hub():
    server = HubSpot(TOKEN)
    for n in range(40):
        server.add(firstname="Ann", phone=f"+1202555{n:04}", lifecyclestage="customer")
    yield server
    server.stop()


@pytest.fixture
def proxy(hub):
    between = Misbehaving(hub.server.port)
    yield between
    between.stop()


@pytest.fixture
def service(start, folder, proxy):
    (folder / "token").write_text(TOKEN)
    return start(f"""
lookup_budget: 250ms
lookup_timeout: 600ms
cache_misses: 0s
breaker_failures: 3
breaker_pause: 100ms
adapters:
  - kind: hubspot
    url: {proxy.url}
    token_file: {folder}/token
    requests_per_second: 1000
""")


MODES = ["slow", "hang", "half", "wrong_json", "error", "closed", "refused", "huge"]


@pytest.mark.parametrize("mode", MODES)
def test_the_offer_goes_out_and_the_directory_recovers(service, proxy, hub, mode):
    pb = service.pb
    ada = service.call_center()
    ada.status("READY")
    service.until("+12025550000", "RESOLVED")
    before = service.peak_bytes()

    if mode == "refused":
        proxy.refuse()
    else:
        proxy.mode = mode
    service.request("+12025550001")
    offer = ada.offer()
    assert offer.resolution.status == pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    assert list(offer.resolution.labels) == []
    assert offer.resolution.card.kind == pb.types.CARD_KIND_GREETING

    # The breaker opens: then the proxy is not asked any more.
    deadline = time.monotonic() + 20
    n = 2
    while "not asked" not in service.resolve(f"+1202555{n:04}").answers[0].failure:
        assert time.monotonic() < deadline, service.log()
        n = n + 1 if n < 39 else 2
    # What was known before is used, and marked.
    assert service.peak_bytes() - before < 64 << 20

    if mode == "refused":
        proxy.accept()
    else:
        proxy.mode = "pass"
    answer = service.until("+12025550039", "RESOLVED")
    assert answer.resolution.matches[0].record_id == "1039"
    assert TOKEN not in service.log()
    ada.close()


def test_late_answers_of_a_slow_proxy_reach_the_alert(start, folder, proxy):
    (folder / "token").write_text(TOKEN)
    service = start(f"""
lookup_budget: 50ms
lookup_timeout: 30s
adapters:
  - kind: hubspot
    url: {proxy.url}
    token_file: {folder}/token
    timeout: 30s
""")
    pb = service.pb
    ada = service.call_center()
    ada.status("READY")
    proxy.mode = "hang"
    service.request("+12025550007")
    assert ada.offer().resolution.status == pb.types.LOOKUP_STATUS_LOOKUP_FAILED
    proxy.mode = "pass"
    proxy.ended.set()  # lets what hangs end: the connection closes, and the question is repeated
    updated = ada.inbox.until("offer_updated", "event").offer
    assert [match.record_id for match in updated.resolution.matches] == ["1007"]
    ada.close()
