-- The database of a company that rents storage, as its own software made it.
CREATE DATABASE rentals;
\connect rentals
CREATE SCHEMA estate;
CREATE TABLE estate.person (
  person_no integer PRIMARY KEY, forename text, surname text NOT NULL, changed timestamptz
);
CREATE TABLE estate.phone (person_no integer, kind text, written text);
CREATE TABLE estate.tenancy (
  person_no integer, site text, unit text, started date, ended date
);
CREATE TABLE estate.enquiry (person_no integer, site text, stage text);
CREATE TABLE estate.visits (seen text);

INSERT INTO estate.person VALUES
  (1, 'Carla', 'Current', '2026-03-01 10:00:00+00'),
  (2, 'Paul', 'Past', '2026-02-01 10:00:00+00'),
  (3, 'Lena', 'Looking', '2026-01-01 10:00:00+00'),
  (4, 'Both', 'Ways', '2026-01-02 10:00:00+00'),
  (5, 'Cold', 'Enquiry', NULL),
  (6, 'Nigel', 'O''Brien "x"', '2026-01-03 10:00:00+00'),
  (7, NULL, 'Extension', NULL);
INSERT INTO estate.phone VALUES
  (1, 'home', '(202) 555-0101'), (1, 'mobile', '+1 202 555 0111'),
  (2, 'home', '202.555.0102'),
  (3, 'mobile', '1-202-555-0103'),
  (4, 'home', '2025550104'), (4, 'office', '(202) 555-0101'),
  (5, 'home', '202 555 0105'),
  (6, 'home', '+44 (0)20 7946 0958'), (6, 'mobile', '0044 7700 900123'),
  (7, 'office', '202-555-0107 ext. 42');
INSERT INTO estate.tenancy VALUES
  (1, 'SITE-D', 'A1', '2024-01-01', '2025-01-01'), (1, 'SITE-D', 'A2', '2025-01-01', NULL),
  (2, 'SITE-U', 'B1', '2023-01-01', '2024-01-01'),
  (4, 'SITE-U', 'C1', '2023-01-01', NULL),
  (6, 'SITE-D', 'D1', '2023-01-01', NULL),
  (7, 'SITE-D', 'E1', '2023-01-01', NULL);
INSERT INTO estate.enquiry VALUES
  (3, 'SITE-D', 'Quoted'), (4, 'SITE-D', 'New'), (5, 'SITE-D', 'Lost');

CREATE VIEW estate.callers AS
  SELECT p.person_no, concat_ws(' ', p.forename, p.surname) AS full_name, p.changed,
    t.site, CASE WHEN t.ended IS NULL THEN 'running' ELSE 'over' END AS kind, NULL AS stage,
    (SELECT written FROM estate.phone WHERE person_no = p.person_no LIMIT 1) AS "Main phone",
    (SELECT written FROM estate.phone WHERE person_no = p.person_no OFFSET 1 LIMIT 1) AS second
  FROM estate.person p JOIN estate.tenancy t USING (person_no)
  UNION ALL
  SELECT p.person_no, concat_ws(' ', p.forename, p.surname), p.changed, e.site, 'enquiry', e.stage,
    (SELECT written FROM estate.phone WHERE person_no = p.person_no LIMIT 1),
    (SELECT written FROM estate.phone WHERE person_no = p.person_no OFFSET 1 LIMIT 1)
  FROM estate.person p JOIN estate.enquiry e USING (person_no);

CREATE FUNCTION estate.spy(what text) RETURNS text LANGUAGE sql AS
  $$ INSERT INTO estate.visits VALUES (what) RETURNING seen $$;

CREATE ROLE reader LOGIN PASSWORD 'reader s3cret-of-the-file';
GRANT USAGE ON SCHEMA estate TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA estate TO reader;
GRANT INSERT ON estate.visits TO reader;
