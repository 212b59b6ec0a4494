"""The embedded directory, filled and written out by callbackctl, and what --explain prints."""

import csv
import json
import os
import pty
import subprocess

import grpc
import pytest
from daemon import BINARIES

HEADER = "id,class,name,active,location,phone,phone_2,region,updated_at\n"
ROWS = """c1,customer,Carla,,downtown,(202) 555-0101|202-555-0111 ext. 5,,US,2026-01-01T00:00:00Z
l1,lead,"Lena, ""Len"" Two",yes,,2025550102,+44 20 7946 0958,US,
l2,lead,Cold,no,,2025550103,,,
p1,previous_customer,Paul,,uptown,020 7946 0123,,GB,
"""
REFUSED = """x1,neighbour,Nobody,,,2025550104,,,
x2,customer,,,,2025550105,,,
x3,customer,No number,,,12,,,
x4,customer,Maybe,perhaps,,2025550106,,,
"""


@pytest.fixture
def service(start):
    return start("adapters:\n  - kind: embedded")


def run(service, *arguments, **options):
    return subprocess.run(
        [BINARIES / "callbackctl", "--socket", service.daemon.socket, "directory", *arguments],
        capture_output=True, text=True, timeout=60, **options,
    )


def test_csv_is_imported_replaced_by_id_and_written_out_again(service, folder):
    file, report = folder / "callers.csv", folder / "refused.csv"
    file.write_text(HEADER + ROWS + REFUSED)

    dry = run(service, "import", file, "--dry-run")
    assert dry.returncode == 0 and "4" in dry.stdout
    assert service.records("2025550101") == []

    done = run(service, "import", file, "--refused", report)
    assert done.returncode == 0, done.stderr
    assert service.records("+12025550101") == [("c1", "customer")]
    assert service.records("+1 202 555 0111 ext. 5") == [("c1", "customer")]
    assert service.records("+1 202 555 0111 ext. 6") == []
    assert service.records("+12025550111") == [("c1", "customer")]
    assert service.records("+12025550102") == [("l1", "active")]
    assert service.records("+442079460958") == [("l1", "active")]
    assert service.records("2025550103") == [("l2", "lead")]
    assert service.records("+442079460123") == [("p1", "previous_customer")]

    # The report holds each refused line with its number and why; corrected, it imports.
    refused = list(csv.DictReader(report.open()))
    assert sorted((row["refused_line"], row["id"]) for row in refused) == [
        ("6", "x1"), ("7", "x2"), ("8", "x3"), ("9", "x4"),
    ]
    assert all(row["refused_because"] for row in refused)
    assert run(service, "import", file, "--strict").returncode == 1

    # The same file again changes nothing; a record whose id is known is replaced.
    file.write_text(HEADER + "c1,previous_customer,Carla,,,2025550199,,,\n")
    assert run(service, "import", file).returncode == 0
    assert service.records("+12025550101") == []
    assert service.records("+12025550199") == [("c1", "previous_customer")]

    written = folder / "all.csv"
    assert run(service, "export", written).returncode == 0
    assert run(service, "import", written, "--strict").returncode == 0
    again = folder / "again.csv"
    run(service, "export", again)
    assert again.read_text() == written.read_text()
    assert run(service, "export", written).returncode == 2  # it is there already


def test_a_spreadsheets_file_does_what_its_dry_run_told(service, folder):
    file, report = folder / "callers.csv", folder / "refused.csv"
    file.write_bytes(
        b"\xef\xbb\xbfID;Class;Name;Phone;Phone 2;Remark\r\n"
        b'c1;customer;"Miller; ""Ann""\r\nthe second";(202) 555-0101;;x\r\n'
        b"c2;customer;M\xfcller;2025550102;;Latin-1\r\n"
        b"c3;customer;Excel;1.2025E+10;;\r\n"
        b"c4;customer;First;2025550104;;\r\n"
        b"c4;previous customer;Last;2025550105|2025550105;;the same id\r\n"
        b" ;customer;No id;2025550106;;\r\n"
        b"c5;lead;Short\r\n"
        b"c6;lead;" + b"x" * 400_000 + b";2025550107;;\r\n"
        b";;;;;\r\n"
        b"c7;Lead;No number;;;"
    )
    arguments = ("import", file, "--delimiter", ";", "--refused", report)
    dry = run(service, *arguments, "--dry-run")
    told = report.read_text()
    assert list(service.search("miller").records) == []
    done = run(service, *arguments)
    assert done.returncode == dry.returncode == 0, done.stderr
    assert done.stdout == dry.stdout.replace("would be ", "")
    assert report.read_text() == told
    assert "Remark" in done.stderr and "4 records imported, 6 lines refused" in done.stdout
    refused = {row["refused_line"]: row for row in csv.DictReader(report.open())}
    assert {line: row["id"] for line, row in refused.items()} == {
        "4": "", "5": "c3", "8": "", "9": "", "10": "", "11": "",
    }
    # What could not be read as a record stands there as it was written.
    assert refused["4"]["refused_text"] == "c2;customer;M\u00fcller;2025550102;;Latin-1"
    assert refused["9"]["refused_text"] == "c5;lead;Short"
    assert refused["5"]["refused_text"] == "" and refused["5"]["phone"] == "1.2025E+10"
    assert service.record("c1").name == 'Miller; "Ann"\r\nthe second'
    assert service.records("2025550104") == []
    assert service.records("2025550105") == [("c4", "previous_customer")]
    assert service.record("c7").name == "No number"
    # Written out and read by a directory of its own, it is the same.
    for name in ("all.csv", "all.jsonl"):
        written = folder / name
        assert run(service, "export", written).returncode == 0
        assert run(service, "import", written, "--strict").returncode == 0
        assert service.record("c1").name == 'Miller; "Ann"\r\nthe second'
    # Without the delimiter it is no file of records, and the reason says what to try.
    wrong = run(service, "import", file)
    assert wrong.returncode == 2 and "--delimiter" in wrong.stderr


def test_a_report_never_replaces_the_file_that_is_imported(service, folder):
    file, link = folder / "callers.csv", folder / "link.csv"
    file.write_text(HEADER + ROWS + REFUSED)
    link.symlink_to(file)
    for report in (file, link):
        done = run(service, "import", file, "--refused", report)
        assert done.returncode == 2 and "needs another" in done.stderr, done.stderr
        assert file.read_text() == HEADER + ROWS + REFUSED
    # One of an earlier run is replaced, also by a shorter one.
    report = folder / "refused.csv"
    assert run(service, "import", file, "--refused", report).returncode == 0
    assert len(report.read_text().splitlines()) == 5
    file.write_text(HEADER + ROWS)
    assert run(service, "import", file, "--refused", report).returncode == 0
    assert len(report.read_text().splitlines()) == 1


def test_a_time_that_is_none_refuses_its_line_alone(service, folder):
    file = folder / "callers.csv"
    file.write_text(
        HEADER
        + "a,customer,Ann,,,2025550101,,,9999-12-31T23:59:59-05:00\n"
        + "b,customer,Bob,,,2025550102,,,9999-12-31T23:59:59Z\n"
    )
    assert run(service, "import", file).returncode == 0
    assert service.records("2025550101") == []
    assert service.records("2025550102") == [("b", "customer")]
    # The same from a client that does not look at the time.
    admin = service.pb.admin
    rows = [
        admin.ImportRow(
            line=line, record_id=f"r{line}", record_class="lead", name="Rae",
            numbers=[f"+1202555017{line}"],
        )
        for line in range(1, 4)
    ]
    rows[1].updated_at.seconds = 2**60
    stub = service.pb.admin_grpc.AdminServiceStub(service.channel)
    (answer,) = stub.ImportDirectory(iter([admin.ImportDirectoryRequest(rows=rows)]))
    assert (answer.imported, answer.refused, answer.committed_through) == (2, 1, 3)
    assert [row.line for row in answer.refused_rows] == [2]


def test_what_agents_made_of_records_is_exported_so_that_it_imports(service, folder):
    lead = service.start_lead("2025550171", 'a"\u0301, "b"').record.record_id
    service.unmatch("2025550171", lead)
    code, _, _ = service.refused(service.start_lead, "2025550172", " \t ")
    assert code == grpc.StatusCode.INVALID_ARGUMENT
    for name in ("all.csv", "all.jsonl"):
        written = folder / name
        assert run(service, "export", written).returncode == 0
        done = run(service, "import", written, "--strict")
        assert done.returncode == 0, done.stdout + done.stderr
    assert service.record(lead).name == 'a"\u0301, "b"'


def test_taking_off_a_number_that_a_record_never_had_says_so_and_leaves_no_trace(service):
    lead = service.start_lead("2025550171", "Nell").record.record_id
    number = "+12025550172"
    answer = service.unmatch(number, lead, request_id="once")
    assert answer.was_absent and answer.record.record_id == lead
    assert list(service.history(number)) == []
    said = service.command("unmatch", lead, "--number", number)
    assert said.startswith(f"The number was not matched to {lead} (Nell)."), said
    # What was answered stays answered.
    service.match(number, lead)
    assert service.unmatch(number, lead, request_id="once").was_absent
    said = service.command("unmatch", lead, "--number", number)
    assert said.startswith(f"Taken off {lead} (Nell)"), said
    assert [entry.link.unmatched for entry in service.history(number)] == [True, False]


def test_json_lines_are_imported_and_written_out(service, folder):
    file = folder / "callers.jsonl"
    records = [
        {"id": "j1", "class": "customer", "name": "Jo\u00e3o", "phones": ["202 555 0101"]},
        {"id": "j2", "class": "lead", "name": "Jim", "active": "yes", "phones": [2025550102]},
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records) + "{nonsense\n")
    done = run(service, "import", file)
    assert done.returncode == 0 and "1" in done.stdout
    assert service.records("2025550101") == [("j1", "customer")]
    assert service.records("2025550102") == [("j2", "active")]
    written = folder / "out.jsonl"
    assert run(service, "export", written).returncode == 0
    names = [json.loads(line)["name"] for line in written.read_text().splitlines()]
    assert names == ["Jo\u00e3o", "Jim"]
    # Standard output has no name that says the format.
    assert service.command("export-history", "-", "--json") == ""
    assert service.command("directory", "export", "-", "--json") == written.read_text()
    assert service.command("directory", "export", "-").startswith("id,class,")
    summary = service.json("directory", "export", str(folder / "all.csv"))
    assert summary == {"file": str(folder / "all.csv"), "records": 2}
    assert (folder / "all.csv").read_text().startswith("id,class,")
    summary = service.json("export-history", str(folder / "calls.jsonl"))
    assert summary == {"file": str(folder / "calls.jsonl"), "entries": 0}


def test_a_terminal_shows_how_far_an_import_is(service, folder):
    file = folder / "many.csv"
    with file.open("w") as out:
        out.write("id,class,name,phone\n")
        for n in range(30_000):
            out.write(f"c{n},customer,Caller {n},+1202{2000000 + n}\n")
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [BINARIES / "callbackctl", "--socket", service.daemon.socket, "directory", "import", file],
        stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            some = os.read(ours, 65536)
        except OSError:
            break
        if not some:
            break
        shown += some
    os.close(ours)
    assert program.wait(timeout=60) == 0
    assert b"\r" in shown and b"%" in shown, shown
    assert service.records("+12022029999") == [("c29999", "customer")]


def test_explain_prints_who_answered_from_where_how_fast_and_why(start, folder):
    service = start(
        f"lookup_budget: 2s\nadapters:\n  - kind: embedded\n  - kind: socket\n    name: crm\n"
        f"    path: {folder}/nobody.sock"
    )
    file = folder / "callers.csv"
    file.write_text(HEADER + ROWS)
    assert run(service, "import", file).returncode == 0
    text = service.command("resolve", "(202) 555-0101", "--explain")
    assert "embedded:c1 is a Customer" in text
    lines = [line for line in text.splitlines() if line.startswith("embedded ")]
    assert len(lines) == 1 and " ms " in lines[0] and "yes" in lines[0], text
    again = service.command("resolve", "(202) 555-0101", "--explain")
    assert "cache" in next(line for line in again.splitlines() if line.startswith("embedded "))
    failed = service.command("resolve", "2025550177", "--explain")
    assert "not all answered: that is not Unknown" in failed
    assert "failed" in next(line for line in failed.splitlines() if line.startswith("crm "))
    steps = service.json("resolve", "2025550177", "--explain")["answers"]
    assert [step["directory"] for step in steps] == ["embedded", "crm"]


def test_explain_names_the_directories_whose_records_are_missing(start, folder):
    away = "  - kind: socket\n    name: {0}\n    path: {1}/{0}.sock\n"
    for names, words in [
        (["crm"], "what crm knows is missing: it did not answer"),
        (["crm", "erp"], "what crm and erp know is missing: they did not answer"),
    ]:
        service = start(
            "lookup_budget: 2s\nadapters:\n"
            + "".join(away.format(name, folder) for name in names)
            + "  - kind: embedded\n"
        )
        (folder / "callers.csv").write_text(HEADER + ROWS)
        assert run(service, "import", folder / "callers.csv").returncode == 0
        text = service.command("resolve", "(202) 555-0101", "--explain")
        assert f"embedded:c1 is a Customer; {words}" in text, text


def test_records_of_the_dialled_location_go_first(service, folder):
    file = folder / "callers.csv"
    file.write_text(
        HEADER
        + "a,customer,Ann,,uptown,2025550101,,,2026-01-01T00:00:00Z\n"
        + "b,customer,Ann,,downtown,2025550101,,,2025-01-01T00:00:00Z\n"
        + "c,lead,Ann,yes,,2025550101,,,2024-01-01T00:00:00Z\n"
    )
    assert run(service, "import", file).returncode == 0
    service.call_center().close()
    newest = [("c", "active"), ("a", "customer"), ("b", "customer")]
    assert service.records("+12025550101") == newest
    here = [("c", "active"), ("b", "customer"), ("a", "customer")]
    assert service.records("+12025550101", location_id="downtown") == here
    # The answers that are kept are those of the location and the region that was asked with.
    for _ in range(2):
        assert service.records("+12025550101", location_id="downtown", explain=False) == here
        assert service.records("+12025550101", explain=False) == newest
        assert service.records("2025550101", region="US", explain=False) == newest
        assert service.records("2025550101", region="GB", explain=False) == []
    assert service.start_lead("2025550170", "New").record.name == "New"
    assert len(service.records("2025550170", explain=False)) == 1
