"""The http adapter in front of BottleCRM (package django-crm), run on this machine.

Its API has contacts, found by number, and leads, which it only lists: one adapter for each, whose
records are merged.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

import grpc
import pytest
from center import request_id

FOLDER = pathlib.Path(__file__).parent

ADAPTERS = """
combine: merged
lookup_budget: 5s
lookup_timeout: 10s
notes: true
adapters:
  - kind: http
    name: contacts
    token_env: BOTTLE_TOKEN
    timeout: 10s
    headers: {{Authorization: "JWT {{token}}"}}
    lookup: {{url: "{url}/api/contacts/?phone={{e164}}&limit=100"}}
    search: {{url: "{url}/api/contacts/?name={{query}}&limit={{limit}}"}}
    record: {{url: "{url}/api/contacts/{{id}}/"}}
    add_note:
      method: POST
      url: "{url}/api/contacts/{{id}}/"
      body: {{comment: "{{text}}"}}
    answer:
      list: contact_obj_list
      record: contact_obj
      id: id
      name: [first_name, last_name]
      phones: phone
      updated_at: created_on
    classes: {{customer: [""]}}
  - kind: http
    name: leads
    token_file: {token_file}
    timeout: 10s
    headers: {{Authorization: "JWT {{token}}"}}
    lookup: {{url: "{url}/api/leads/?limit=1000"}}
    record: {{url: "{url}/api/leads/{{id}}/"}}
    create_lead:
      method: POST
      url: "{url}/api/leads/"
      body:
        title: "{{name}} {{e164}}"
        first_name: "{{name}}"
        phone: "{{e164}}"
        status: assigned
    add_note:
      method: POST
      url: "{url}/api/leads/{{id}}/"
      body: {{comment: "{{text}}"}}
    answer:
      list: [open_leads.open_leads, close_leads.close_leads]
      record: lead_obj
      id: id
      name: [first_name, last_name]
      class: status
      phones: phone
      updated_at: created_on
    classes:
      lead: ["*", ""]
      active_lead: [assigned, in process]
"""


@pytest.fixture(scope="module")
def bottle(tmp_path_factory):
    """The CRM: its address and a token."""
    folder = tmp_path_factory.mktemp("bottle")
    log = open(folder / "log", "w")
    program = subprocess.Popen(
        [sys.executable, "-W", "ignore", FOLDER / "bottle_site.py"],
        env={**os.environ, "BOTTLE_DATABASE": str(folder / "bottle.sqlite")},
        stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder,
    )
    first = program.stdout.readline()
    assert first, (folder / "log").read_text()
    port, token = first.split()
    yield f"http://127.0.0.1:{port}", token
    program.terminate()
    program.wait(timeout=10)


@pytest.fixture
def service(start, bottle, folder, monkeypatch):
    url, token = bottle
    (folder / "token").write_text(token)
    monkeypatch.setenv("BOTTLE_TOKEN", token)
    return start(ADAPTERS.format(url=url, token_file=folder / "token"))


def test_contacts_are_customers_and_leads_are_active_by_their_status(service, bottle):
    assert service.records("(202) 555-0101") == [("contacts:1", "customer")]
    assert service.records("020 7946 0958", region="GB") == [("contacts:2", "customer")]
    assert service.records("+12025550102") == [("leads:1", "active")]
    assert service.records("+12025550103") == [("leads:2", "lead")]
    answer = service.resolve("+12025550105")
    labels = [label.text for label in answer.resolution.labels]
    assert labels == ["Lead", "Customer"]
    assert answer.resolution.card.record_id == "leads:3"
    assert answer.resolution.source == "contacts+leads"
    assert service.records("+12025550199") == []
    assert bottle[1] not in service.log()


def test_records_are_read_and_searched(service):
    record = service.record("contacts:1")
    assert (record.name, record.numbers[0].e164) == ("Grace Hopper", "+12025550101")
    found = service.search("grac")  # the leads have no search, which hides nothing
    assert [one.record_id for one in found.records] == ["contacts:1"] and not found.more
    code, _, _ = service.refused(service.record, "contacts:999")
    assert code == grpc.StatusCode.NOT_FOUND


def test_a_lead_is_started_there_once(service):
    once = request_id()
    started = service.start_lead("+12025550150", "Nell New", request_id=once)
    assert started.record.name == "Nell New" and started.record.active_lead
    again = service.start_lead("+12025550150", "Nell New", request_id=once)
    assert again.record.record_id == started.record.record_id
    assert service.records("+12025550150") == [(started.record.record_id, "active")]
    assert service.history("+12025550150")[0].link.record_id == started.record.record_id


def test_a_finished_callback_is_a_comment_on_its_contact(service, bottle):
    ada = service.call_center()
    ada.status("READY")
    service.request("+12025550101")
    attempt = ada.accept(ada.offer()).attempt.attempt_id
    service.outcome(attempt, 1, "ANSWERED")
    service.outcome(attempt, 2, "ENDED")
    url, token = bottle
    contact = urllib.request.Request(
        f"{url}/api/contacts/1/", headers={"Authorization": f"JWT {token}"}
    )
    deadline = time.monotonic() + 20
    comments = []
    while not comments:
        assert time.monotonic() < deadline, service.log()
        with urllib.request.urlopen(contact) as answer:
            comments = json.load(answer)["comments"]
    assert len(comments) == 1 and "answered" in comments[0]["comment"]
    ada.close()


def test_what_its_api_does_not_offer_is_refused_with_the_reason(service):
    code, _, words = service.refused(service.match, "+12025550160", "contacts:1")
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert "no request for it" in words


def test_a_wrong_token_is_a_failure_and_not_unknown(start, bottle, folder, monkeypatch):
    url, _ = bottle
    (folder / "token").write_text("wrong.t0ken.x")
    monkeypatch.setenv("BOTTLE_TOKEN", "wrong.t0ken.x")
    service = start(ADAPTERS.format(url=url, token_file=folder / "token"))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "answered 401" in service.log() and "wrong.t0ken" not in service.log()
