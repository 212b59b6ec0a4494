"""The postgres adapter in front of Debian's server, with a schema that is not ours."""

import concurrent.futures
import pathlib

import grpc
import pytest
from callers import indented
from postgres_server import Postgres

SECRET = "reader s3cret-of-the-file"


@pytest.fixture(scope="module")
def server():
    running = Postgres().start()
    try:
        sql = pathlib.Path(__file__).with_name("rentals.sql")
        running.query(sql.read_text())
        yield running
    finally:
        running.remove()


@pytest.fixture
def adapter(server, folder):
    """The configuration of an adapter; the rest of its keys are the test's."""
    password = folder / "password"
    password.write_text(SECRET + "\n")

    def adapter(rest, directory="lookup_budget: 2s"):
        return f"""
{directory}
adapters:
  - kind: postgres
    name: rentals
    connection: "host={server.folder} dbname=rentals user=reader"
    password_file: {password}
    locations: {{SITE-D: downtown, SITE-U: uptown}}
    classes:
      lead: [enquiry]
      customer: [running]
      previous_customer: [over]
      active_lead: [new, quoted]
""" + indented(rest, 4)

    return adapter


TABLE = """
table: estate.callers
columns:
  id: person_no
  name: full_name
  class: kind
  status: stage
  location: site
  updated_at: changed
phones: ["Main phone", second]
"""

QUERY = """
lookup_query: >
  SELECT p.person_no AS id, p.surname AS name, v.kind AS class, v.stage AS status,
    v.site AS location, v.changed AS updated_at, h.written AS phone
  FROM estate.phone h JOIN estate.person p USING (person_no)
    JOIN estate.callers v USING (person_no)
  WHERE regexp_replace(split_part(h.written, 'ext', 1), '[^0-9]', '', 'g') = ANY ($2)
record_query: "SELECT person_no AS id, full_name AS name, kind AS class FROM estate.callers WHERE person_no::text = $1"
search_query: "SELECT person_no AS id, full_name AS name, kind AS class FROM estate.callers WHERE full_name ILIKE $2 LIMIT $3::int"
"""


@pytest.mark.parametrize("how", [TABLE, QUERY], ids=["view", "query"])
def test_numbers_are_found_however_they_are_written(start, adapter, how):
    service = start(adapter(how))
    # Running beside over: a Customer. Two people share a number: the active Lead goes first.
    assert service.records("+12025550101") == [
        ("4", "active"), ("1", "customer"), ("4", "customer"),
    ]
    assert service.records("(202) 555-0111") == [("1", "customer")]
    # An ended tenancy with none open.
    assert service.records("2025550102") == [("2", "previous_customer")]
    # Leads are active by their stage alone.
    assert service.records("+12025550103") == [("3", "active")]
    assert service.records("+12025550105") == [("5", "lead")]
    # Foreign numbers, and one with an extension.
    assert service.records("+442079460958") == [("6", "customer")]
    assert service.records("07700 900123", region="GB") == [("6", "customer")]
    assert service.records("+12025550107") == [("7", "customer")]
    assert service.records("+1 202 555 0107 ext. 42") == [("7", "customer")]
    assert service.records("+1 202 555 0107 ext. 43") == []
    assert service.records("+12025550199") == []
    assert SECRET not in service.log()


def test_the_record_behind_a_number_has_its_name_location_and_time(start, adapter):
    service = start(adapter(TABLE))
    answer = service.resolve("+12025550111")
    match = answer.resolution.matches[0]
    assert (match.name, match.location_id) == ("Carla Current", "downtown")
    assert match.updated_at.ToJsonString() == "2026-03-01T10:00:00Z"
    assert answer.resolution.source == "rentals"
    record = service.record("4")
    assert [number.e164 for number in record.numbers] == ["+12025550104", "+12025550101"]
    assert service.refused(service.record, "99")[0] == grpc.StatusCode.NOT_FOUND


def test_what_is_typed_is_a_parameter_and_never_sql(start, adapter, server):
    service = start(adapter(TABLE))
    people = server.query("SELECT count(*) FROM estate.person", "rentals")
    for text in ["'; DROP TABLE estate.person; --", "' OR 1=1 --", "%", "_", "\\", "$1", "x\0y"]:
        if "\0" not in text:
            assert list(service.search(text).records) == [], text
    assert [record.record_id for record in service.search("O'Brien \"x\"").records] == ["6"]
    assert [record.record_id for record in service.search("cURREnt").records] == ["1"]
    assert service.refused(service.record, "1' OR '1'='1")[0] == grpc.StatusCode.NOT_FOUND
    assert server.query("SELECT count(*) FROM estate.person", "rentals") == people


def test_a_query_that_would_write_is_refused_by_the_server(start, adapter, server):
    service = start(
        adapter('lookup_query: "SELECT 1 AS id, estate.spy($1) AS name"')
    )
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert server.query("SELECT count(*) FROM estate.visits", "rentals") == [["0"]]
    assert "read-only transaction" in service.log()


def test_what_the_server_says_of_a_failure_is_logged_without_the_number(start, adapter):
    service = start(adapter('lookup_query: "SELECT 1 AS id, ($1 || $1)::int AS name"'))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "for type integer" in service.log() and "2025550101" not in service.log()


def test_national_numbers_of_a_region_that_the_record_names(start, adapter, server):
    server.query(
        """CREATE TABLE estate.abroad (no int, who text, land text, phone text);
        INSERT INTO estate.abroad VALUES (1, 'Una', 'GB', '020 7946 0951'),
          (2, 'Ursula', NULL, '02079 46095 2'), (3, 'Dan', 'DK', '32 12 34 56'),
          (4, 'Ian', NULL, '011 44 20 7946 0954');
        GRANT SELECT ON estate.abroad TO reader""", "rentals")
    service = start(
        adapter(
            "table: estate.abroad\ncolumns: {id: no, name: who, region: land}\nphones: phone"
        )
    )
    assert service.records("+442079460951") == [("1", "lead")]
    assert service.records("+442079460952") == []  # nobody says that it is a British one
    assert service.records("+4532123456") == [("3", "lead")]
    assert service.records("+442079460954") == [("4", "lead")]
    server.query("DROP TABLE estate.abroad", "rentals")


def test_a_row_without_a_number_is_nobodys(start, adapter):
    service = start(
        adapter(
            "lookup_query: \"SELECT * FROM (VALUES (1, 'running', $1), (2, 'running', NULL), "
            "(3, 'over', NULL), (3, 'over', $1)) AS found (id, class, phone)\""
        )
    )
    assert service.records("+12025550101") == [("1", "customer"), ("3", "previous_customer")]


def test_a_query_without_an_id_says_so(start, adapter):
    service = start(adapter('lookup_query: "SELECT 1 AS number, $1 AS name"'))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "the query has no column id" in service.log()


def test_a_statement_that_takes_too_long_is_ended_by_the_server(start, adapter, server):
    service = start(
        adapter('lookup_query: "SELECT 1 AS id, pg_sleep(30) AS name"\nstatement_timeout: 50ms')
    )
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "statement timeout" in service.log()
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' " \
        "AND state = 'active' AND pid <> pg_backend_pid()"
    assert server.query(running) == [["0"]]


@pytest.mark.parametrize("end", ["", " ; ", " -- as it is"])
def test_a_huge_value_is_a_failure_that_does_not_cost_its_size(start, adapter, end):
    huge = f"SELECT 1 AS id, repeat('x', 200000000) AS name, $1::text AS phone{end}"
    service = start(adapter(f'lookup_query: "{huge}"\nstatement_timeout: 5s', """
lookup_budget: 5s
lookup_timeout: 10s
"""))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "a row has" in service.log() and "for type boolean" in service.log()
    assert service.peak_bytes() < 150 << 20


def test_a_huge_row_of_somebody_else_does_not_matter(start, adapter):
    rows = "(VALUES (1, repeat('x', 2000000), '+12025550109'), (2, 'Ann', '+12025550101'))"
    query = f"SELECT * FROM {rows} AS v (id, name, phone) WHERE md5(md5(md5(phone))) = md5(md5(md5($1)))"
    service = start(adapter(f'lookup_query: "{query}"'))
    assert service.records("+12025550101") == [("2", "lead")]


def test_the_pool_holds_no_more_connections_than_it_may(start, adapter, server):
    service = start(
        adapter(
            'lookup_query: "SELECT 1 AS id, $1 AS name, pg_sleep(0.02) AS region"\nconnections: 2'
        )
    )
    with concurrent.futures.ThreadPoolExecutor(12) as many:
        found = list(many.map(service.records, [f"+1202555{n:04}" for n in range(200, 230)]))
    assert found == [[("1", "lead")]] * 30
    held = server.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'")
    assert int(held[0][0]) <= 2


def test_a_restarted_server_is_found_again_and_old_answers_are_marked(start, adapter, server):
    directory = "lookup_budget: 2s\ncache_hits: 0s\ncache_misses: 0s\nbreaker_pause: 100ms"
    service = start(adapter(TABLE, directory))
    assert service.records("+12025550111") == [("1", "customer")]
    server.stop()
    try:
        answer = service.resolve("+12025550111")
        assert [match.record_id for match in answer.resolution.matches] == ["1"]
        assert answer.answers[0].origin == service.pb.callback.ANSWER_ORIGIN_STALE_CACHE
        assert answer.answers[0].failure
        assert service.status("+12025550102") == "LOOKUP_FAILED"
    finally:
        server.start()
    service.until("+12025550102", "RESOLVED")
    answer = service.resolve("+12025550111")
    assert answer.answers[0].origin == service.pb.callback.ANSWER_ORIGIN_DIRECTORY


def test_a_changed_schema_is_asked_on_the_same_connection(start, adapter, server):
    server.query(
        """CREATE TABLE estate.desk (id int, name text, phone text, status text);
        INSERT INTO estate.desk VALUES (8, 'Dora Desk', '+12025550108', NULL);
        GRANT SELECT ON estate.desk TO reader""", "rentals")
    query = 'lookup_query: "SELECT *, \'enquiry\' AS class FROM estate.desk ' \
        'WHERE $2::text[] IS NOT NULL AND $3::text IS NOT NULL AND phone = $1"\n' \
        "connections: 1"
    directory = "lookup_budget: 2s\ncache_hits: 0s\ncache_misses: 0s"
    service = start(adapter(query, directory))
    assert service.records("+12025550108") == [("8", "lead")]
    server.query("ALTER TABLE estate.desk ADD COLUMN location text DEFAULT 'SITE-D'", "rentals")
    matches = service.resolve("+12025550108").resolution.matches
    assert [(match.record_id, match.location_id) for match in matches] == [("8", "downtown")]
    server.query("DROP TABLE estate.desk", "rentals")


def test_a_status_that_is_null_is_the_empty_word(start, adapter):
    null = 'lookup_query: "SELECT 1 AS id, \'enquiry\' AS class, NULL AS status"'
    assert start(adapter(null)).records("+12025550101") == [("1", "lead")]
    worked_on = adapter(null).replace("[new, quoted]", '[new, ""]')
    assert start(worked_on).records("+12025550101") == [("1", "active")]


def test_a_server_that_hangs_holds_nobody_up(start, adapter, server):
    service = start(adapter(TABLE, "lookup_budget: 100ms\nbreaker_pause: 100ms"))
    assert service.until("+12025550111", "RESOLVED").resolution.matches
    server.freeze()
    try:
        assert service.status("+12025550102") == "LOOKUP_FAILED"
    finally:
        server.thaw()
    service.until("+12025550102", "RESOLVED")


def test_changes_are_refused_with_the_reason(start, adapter):
    service = start(adapter(TABLE))
    for call, arguments in [
        (service.start_lead, ("+12025550190", "New Lead")),
        (service.match, ("+12025550190", "1")),
        (service.unmatch, ("+12025550111", "1")),
    ]:
        code, reason, words = service.refused(call, *arguments)
        assert code == grpc.StatusCode.FAILED_PRECONDITION
        assert reason == "DIRECTORY_REFUSED"
        assert "read" in words


def test_a_wrong_password_and_a_wrong_column_are_named_in_the_log(start, adapter, folder):
    (folder / "password").write_text("guess")
    service = start(adapter(TABLE))
    assert service.status("+12025550101") == "LOOKUP_FAILED"
    assert "password authentication failed" in service.log()
    (folder / "password").write_text(SECRET)
    other = start(adapter(TABLE.replace("id: person_no", "id: tenant_no")))
    assert other.status("+12025550101") == "LOOKUP_FAILED"
    assert "tenant_no" in other.log()
    assert SECRET not in other.log() + service.log()


ODD_TABLE = """
table: 'Büro "alt".Leute'
columns: {id: 'Nr. "x"', name: Name, class: Art, status: Stand, location: Ort, updated_at: Zeit}
phones: [Nummer, "Liste"]
"""

ODD_QUERY = '''
lookup_query: >
  SELECT "Nr. ""x""" AS id, "Name" AS name, "Art" AS class, "Stand" AS status, "Ort" AS location,
    "Zeit" AS updated_at, "Nummer" AS phone, "Liste" AS phone_2
  FROM "Büro ""alt"""."Leute" WHERE "Nummer"::text = ANY ($2) OR "Liste" = ANY ($2)
record_query: >
  SELECT "Nr. ""x""" AS id, "Name" AS name, "Art" AS class
  FROM "Büro ""alt"""."Leute" WHERE "Nr. ""x""" = $1
'''


@pytest.fixture
def odd(server):
    """A schema of types, names and settings that nobody would choose."""
    server.query(
        '''CREATE EXTENSION citext;
        CREATE SCHEMA "Büro ""alt""";
        CREATE TABLE "Büro ""alt""".roh ("Nr. ""x""" char(10), "Name" citext, "Art" char(20),
          "Stand" citext, "Ort" varchar(8), "Zeit" timestamptz, "Nummer" bigint, "Liste" text[]);
        INSERT INTO "Büro ""alt""".roh VALUES
          ('a', 'Änne', 'RUNNING', NULL, 'SITE-D', '2026-03-01 10:00+00', 2025550141,
            '{+1 202 555 0142,"202,5550143"}'),
          ('b', 'Bernd', 'Enquiry', 'QUOTED', NULL, 'infinity', 12025550144, NULL),
          ('c', 'Clara', NULL, NULL, NULL, NULL, NULL, '{2025550145,NULL}');
        CREATE VIEW "Büro ""alt"""."Leute" AS SELECT "Nr. ""x""", "Name", "Art", "Stand", "Ort",
          "Zeit", "Nummer", regexp_replace(one, '[^0-9]', '', 'g') AS "Liste"
          FROM "Büro ""alt""".roh LEFT JOIN LATERAL unnest("Liste") AS one ON true;
        GRANT USAGE ON SCHEMA "Büro ""alt""" TO reader;
        GRANT SELECT ON "Büro ""alt"""."Leute" TO reader;
        ALTER ROLE reader SET datestyle = 'German';
        ALTER ROLE reader SET timezone = 'Asia/Kolkata' ''', "rentals")
    yield
    server.query(
        '''DROP SCHEMA "Büro ""alt""" CASCADE; DROP EXTENSION citext; ALTER ROLE reader RESET ALL''',
        "rentals")


@pytest.mark.parametrize("how", [ODD_TABLE, ODD_QUERY], ids=["view", "query"])
def test_odd_types_names_and_settings_of_a_database(start, adapter, odd, how):
    service = start(adapter(how))
    for number in ("+12025550141", "+12025550142", "(202) 555-0143"):
        assert service.records(number) == [("a", "customer")]
    match = service.resolve("+12025550141").resolution.matches[0]
    assert (match.name, match.location_id) == ("Änne", "downtown")
    assert match.updated_at.ToJsonString() == "2026-03-01T10:00:00Z"
    assert service.records("+12025550144") == [("b", "active")]
    assert service.records("+12025550145") == [("c", "lead")]
    assert service.record("a").name == "Änne"


def test_a_table_that_is_renamed_fails_until_it_is_there_again(start, adapter, server):
    service = start(
        adapter(TABLE, "lookup_budget: 2s\nstale_answers: 0s\ncache_hits: 0s\nbreaker_pause: 50ms")
    )
    assert service.records("+12025550111") == [("1", "customer")]
    server.query("ALTER VIEW estate.callers RENAME TO persons", "rentals")
    try:
        assert service.status("+12025550111") == "LOOKUP_FAILED"
        assert "estate.callers" in service.log()
    finally:
        server.query("ALTER VIEW estate.persons RENAME TO callers", "rentals")
    service.until("+12025550111", "RESOLVED")


def test_a_server_that_has_no_connection_left_is_a_failure_until_it_has(start, adapter, server):
    server.query("ALTER ROLE reader CONNECTION LIMIT 0")
    try:
        service = start(adapter(TABLE, "lookup_budget: 2s\nbreaker_pause: 50ms"))
        assert service.status("+12025550111") == "LOOKUP_FAILED"
        assert "too many connections" in service.log()
    finally:
        server.query("ALTER ROLE reader CONNECTION LIMIT -1")
    service.until("+12025550111", "RESOLVED")


def test_the_password_is_in_no_line_of_the_log_at_any_level(start, adapter):
    service = start(adapter(TABLE), "--log-level", "trace")
    assert service.records("+12025550111") == [("1", "customer")]
    assert SECRET not in service.log() and "s3cret" not in service.log()
