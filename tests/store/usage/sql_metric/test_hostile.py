"""Queries that want more than one customer's events: refused by name, and by the sandbox behind that as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from store.errors import Invalid
from store.usage.sql_metric.child import Child
from store.usage.sql_metric.gate import passed
from store.usage.sql_metric.measure import check_sql

REFUSED = [
    # files
    ("SELECT content FROM read_text('/etc/passwd')", "cannot be read"),
    ("SELECT a FROM read_csv('/etc/passwd')", "cannot be read"),
    ("SELECT a FROM read_parquet('s3://bucket/*')", "cannot be read"),
    ("SELECT a FROM read_blob('/etc/passwd')", "cannot be read"),
    ("SELECT a FROM glob('/*')", "cannot be read"),
    ("SELECT a FROM '/etc/passwd'", "there is no table /etc/passwd"),
    ("SELECT a FROM \"/etc/passwd\"", "there is no table /etc/passwd"),
    ("SELECT (SELECT content FROM read_text('/etc/passwd')) FROM events", "cannot be read"),
    ("SELECT COUNT(*) FROM events WHERE event_type IN (SELECT content FROM read_text('/x'))", "cannot be read"),
    ("COPY events TO '/tmp/x'", "must be a SELECT, not COPY"),
    ("COPY (SELECT 1) TO '/tmp/x'", "must be a SELECT, not COPY"),
    ("EXPORT DATABASE '/tmp/x'", "cannot be read"),
    ("ATTACH '/tmp/x.db'", "must be a SELECT, not ATTACH"),
    ("ATTACH ':memory:' AS m", "must be a SELECT, not ATTACH"),
    # settings and extensions
    ("INSTALL httpfs", "must be a SELECT"),
    ("LOAD httpfs", "must be a SELECT"),
    ("SET memory_limit = '100GB'", "must be a SELECT, not SET"),
    ("RESET memory_limit", "must be a SELECT"),
    ("PRAGMA database_list", "must be a SELECT, not PRAGMA"),
    ("CALL pragma_version()", "must be a SELECT"),
    ("CREATE SECRET (TYPE s3)", "cannot be read"),
    ("SELECT current_setting('memory_limit') FROM events", "the function current_setting"),
    ("SELECT getenv('HOME') FROM events", "the function getenv"),
    ("SELECT version() FROM events", "the function VERSION"),
    ("SELECT CURRENT_USER FROM events", "the function CURRENT_USER"),
    # other tables
    ("SELECT name FROM duckdb_settings()", "cannot be read"),
    ("SELECT table_name FROM information_schema.tables", "information_schema.tables cannot be read"),
    ("SELECT name FROM sqlite_master", "there is no table sqlite_master"),
    ("SELECT COUNT(*) FROM main.events", "main.events cannot be read"),
    ("SELECT COUNT(*) FROM memory.main.events", "cannot be read"),
    ("SELECT COUNT(*) FROM __rows", "there is no table __rows"),
    ("SELECT __p0 FROM events", "reserved"),
    ("SELECT \"__seq\" FROM events", "reserved"),
    ("SELECT COUNT(*) FROM customers", "there is no table customers"),
    ("SELECT customer_id FROM events", "there is no column customer_id"),
    ("SELECT alias FROM events", "there is no column alias"),
    ("SELECT COUNT(*) FROM query_table('__rows')", "cannot be read"),
    ("SELECT COUNT(*) FROM query('DROP TABLE x')", "cannot be read"),
    # writing
    ("DELETE FROM events", "must be a SELECT, not DELETE"),
    ("UPDATE events SET event_type = 'x'", "must be a SELECT, not UPDATE"),
    ("INSERT INTO events VALUES (1)", "must be a SELECT, not INSERT"),
    ("DROP TABLE events", "must be a SELECT, not DROP"),
    ("CREATE TABLE t AS SELECT 1", "must be a SELECT, not CREATE"),
    ("SELECT COUNT(*) INTO t FROM events", "INTO cannot be used"),
    ("WITH x AS (DELETE FROM events RETURNING 1) SELECT COUNT(*) FROM x", ""),
    # several statements, and comments
    ("SELECT COUNT(*) FROM events; DROP TABLE events", "must be one statement"),
    ("SELECT COUNT(*) FROM events;;SELECT COUNT(*) FROM events", "must be one statement"),
    ("SELECT COUNT(*) FROM events --\n; DROP TABLE events", "must be one statement"),
    ("/* */ DROP TABLE events /* SELECT */", "must be a SELECT, not DROP"),
    ("SELECT COUNT(*) FROM events /* ", "cannot be read"),
    ("", "must be one statement"),
    ("-- nothing", "must be one statement"),
    # never ending, or huge
    ("WITH RECURSIVE t AS (SELECT COUNT(*) AS n FROM events) SELECT n FROM t", "WITH RECURSIVE"),
    ("SELECT COUNT(*) FROM events, events AS b", "JOIN cannot be used"),
    ("SELECT COUNT(*) FROM events CROSS JOIN events AS b", "JOIN cannot be used"),
    ("SELECT COUNT(*) FROM events POSITIONAL JOIN events AS b", ""),
    ("SELECT COUNT(*) FROM range(1000000000000)", "cannot be read"),
    ("SELECT COUNT(*) FROM generate_series(1, 1000000000000)", "cannot be read"),
    ("SELECT repeat('x', 4000000000) FROM events", "the function REPEAT"),
    ("SELECT unnest(range(1000000000)) FROM events", "the function"),
    ("SELECT list(event_type) FROM events", "the function ARRAY_AGG"),
    ("SELECT string_agg(event_type, '') FROM events", "the function"),
    ("SELECT " + "(" * 500 + "1" + ")" * 500 + " FROM events", "nested too deeply"),
    ("SELECT " + "-" * 3000 + "1 FROM events", ""),
    ("SELECT 1 FROM events WHERE " + " AND ".join(["1 = 1"] * 4000), "at most 20000 characters"),
    ("SELECT COUNT(*) * 1e300 FROM events", "the number 1e300 must have at most 24 digits before the point"),
    ("SELECT COUNT(*) * 1e999999999999 FROM events", "the number 1e999999999999 must have"),
    ("SELECT COUNT(*) * 1e-400 FROM events", "must have at most 20 digits after the point"),
    ("SELECT 1234567890123456789012345 FROM events", "must have at most 24 digits before the point"),
    # the rest of SQL
    ("SELECT * FROM events", "name the columns"),
    ("SELECT COLUMNS('.*') FROM events", "the function"),
    ("FROM events", "name the columns"),
    ("SELECT 1", "reads from events"),
    ("VALUES (1)", "must be a SELECT, not VALUES"),
    ("TABLE events", ""),
    ("EXPLAIN ANALYZE SELECT COUNT(*) FROM events", "must be a SELECT"),
    ("PREPARE p AS SELECT 1", "must be a SELECT"),
    ("SELECT $1 FROM events", "PLACEHOLDER"),
    ("SELECT COUNT(*) FROM events UNION ALL SELECT 1 FROM events", "must be a SELECT, not UNION"),
    ("SELECT SUM(1) OVER () FROM events", "OVER cannot be used"),
    ("SELECT properties FROM events", "there is no column properties"),
    ("SELECT properties['a'] FROM events", "a property is written properties.name"),
    ("SELECT properties->>'a' FROM events", "cannot be used"),
    ("SELECT DATE_TRUNC('month', timestamp) FROM events", "takes 'hour' or 'day'"),
    ("SELECT CAST(event_type AS JSON) FROM events", "CAST to JSON"),
    ("SELECT lambda x: x FROM events", ""),
    ("SELECT median(properties.x) FROM events", "the function MEDIAN"),
    ("SELECT timestamp FROM events", "timestamp is a TIMESTAMP, not a number"),
    ("SELECT COUNT(*) AS a, COUNT(*) AS A FROM events", "two columns are called a"),
    ("WITH events AS (SELECT 1 AS n FROM events) SELECT n FROM events", "cannot be called events"),
    ("SELECT LATEST(x) FROM (SELECT properties.x AS x FROM events)", "not from a subquery"),
    ("SELECT SUM(e.nothing) FROM events AS e", "there is no column nothing"),
]  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Child]:
    """A child of our own."""
    child = Child(seconds=5)
    yield child
    child.close()


@pytest.mark.parametrize(("sql", "said"), REFUSED, ids=range(len(REFUSED)))
def test_it_is_refused_and_says_why(sandbox: Child, sql: str, said: str) -> None:
    with pytest.raises(Invalid, match=r".") as refused:
        check_sql(sql, sandbox=sandbox)
    assert said in refused.value.message
    assert refused.value.path == "/sql"
    assert "\n" not in refused.value.message
    assert "__" not in refused.value.message or "__" in sql


def job(sql: str, tmp_path: Path, rows: str = "") -> dict[str, Any]:
    """A job for the sandbox as if the first two gates were not there."""
    path = tmp_path / "rows"
    path.write_text(rows, encoding="utf-8")
    cut = {"start": 0, "end": 10**15, "routes": [[0, 10**15, None, []]]}
    shape = {"columns": 1, "value": 0, "properties": 1, "filters": 0, "groups": [], "names": ["value"]}
    return {"rows": str(path), "sql": sql, "cuts": [cut], **shape}


ESCAPES = [
    "SELECT length(content) FROM read_text('/etc/passwd')",
    "SELECT count(*) FROM read_csv('/etc/passwd')",
    "SELECT count(*) FROM '/etc/passwd'",
    "SELECT count(*) FROM glob('/*')",
    "SELECT count(*) FROM sniff_csv('/etc/passwd')",
    "SELECT count(*) FROM parquet_metadata('/tmp/x')",
]


@pytest.mark.parametrize("sql", ESCAPES)
def test_the_sandbox_reaches_no_file_by_itself(sandbox: Child, tmp_path: Path, sql: str) -> None:
    told = sandbox.ask(job(sql, tmp_path))
    assert told["error"] in ("PermissionException", "BinderException", "CatalogException", "IOException")


HUNGRY = [
    "SELECT length(repeat('x', 4000000000))",
    "SELECT count(*) FROM range(100000000000) a, range(100000000000) b WHERE a.range + b.range = -1",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
    "SELECT max(len(l)) FROM (SELECT list(range) AS l FROM range(2000000000))",
]


@pytest.mark.parametrize("sql", HUNGRY)
def test_the_sandbox_ends_what_takes_too_much(sandbox: Child, tmp_path: Path, sql: str) -> None:
    sandbox.ask(job("SELECT 1", tmp_path))
    began = monotonic()
    try:
        told = sandbox.ask(job(sql, tmp_path))
        assert told.get("error") in ("memory", "OutOfMemoryException", "InvalidInputException"), told
    except Invalid as ended:
        assert "longer than 5 seconds" in ended.message or "more memory or time" in ended.message
    assert monotonic() - began < 30
    assert sandbox.ask(job("SELECT 7", tmp_path))["cuts"][0]["rows"] == [["7.000000000000"]]


def test_the_sandbox_sees_the_rows_it_was_given_and_leaves_nothing_behind(sandbox: Child, tmp_path: Path) -> None:
    rows = json.dumps({"t": 5, "e": "call", "s": 1, "p0": "7", "n0": "7"}) + "\n"
    told = sandbox.ask(job('SELECT sum("__n0") FROM events', tmp_path, rows))
    assert told["cuts"] == [{"rows": [["7.000000000000"]], "events": 1}]
    told = sandbox.ask(job('SELECT sum("__n0") FROM events', tmp_path))
    assert told["cuts"] == [{"rows": [[None]], "events": 0}]


@pytest.mark.parametrize("moment", ["TIMESTAMP '2025-01-01'", "CAST('2025-01-01' AS TIMESTAMP)", "DATE '2025-01-01'"])
def test_a_moment_may_be_written_as_sql_writes_it(sandbox: Child, moment: str) -> None:
    assert check_sql(f"SELECT COUNT(*) AS n FROM events WHERE timestamp >= {moment}", sandbox=sandbox) == ("n",)


def test_comments_and_case_change_nothing(sandbox: Child) -> None:
    assert check_sql("/* x */ select -- y\n count(*) as VALUE from EVENTS e", sandbox=sandbox) == ("VALUE",)


def test_what_is_written_for_the_engine_holds_no_text_of_the_operators() -> None:
    tree = passed("SELECT COUNT(*) FROM events WHERE event_type = 'a''; DROP TABLE events; --'")
    assert tree.sql(dialect="duckdb").count("''") == 1
