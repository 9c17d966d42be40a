"""Every command on a PostgreSQL store, called as a shell would; who is recorded, and what is never shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.__main__ import without_passwords
from console.demo import book_text, usage_path
from tests import postgres
from tests.console.cli import termsheet

GUIDE = Path(__file__).parents[1] / "store" / "seed_payloads"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database with nothing in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with postgres.database(empty=True) as url:
        yield url


def test_every_command_works_on_a_server(server: str, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_text(book_text())
    at = ("--store", server)
    assert termsheet("import", book, *at, "--as", "cron", "--reason", "as agreed").code == 0
    assert termsheet("import", book, *at).code == 1
    ingested = termsheet("ingest", usage_path(), *at)
    assert ingested.code == 0 and " 0 rejected" in ingested.out
    customer = json.loads(termsheet("api", "GET", "/v1/customers", *at).out)["data"][0]
    stated = termsheet("statement", customer["id"], *at, "--format", "json")
    assert stated.code == 0 and stated.json["statements"]
    assert termsheet("statements", "--period", "2025-01-15", *at, "--format", "json").code == 0
    created = termsheet("api", "POST", "/v1/customers", "--data", GUIDE / "customers_create.json", *at)
    assert created.code == 0
    again = termsheet("api", "POST", "/v1/customers", "--data", GUIDE / "customers_create.json", *at)
    assert again.code == 1 and "message" in again.json
    exported = termsheet("export", *at)
    assert exported.code == 0 and len(exported.json["customers"]) > 1
    assert termsheet("usage", *at).code == 0
    assert termsheet("db", "check", *at).code == 0
    assert "up to date" in termsheet("db", "upgrade", *at).err
    copy = tmp_path / "copy.db"
    assert termsheet("db", "backup", copy, *at).code == 0
    there = termsheet("db", "restore", copy, *at)
    assert there.code == 1 and "same as the backup" in there.err
    assert termsheet("db", "restore", copy, *at, "--force").code == 0
    assert termsheet("db", "check", *at).code == 0
    assert termsheet("export", *at).out == exported.out == termsheet("export", "--store", copy).out
    assert termsheet("api", "POST", "/v1/customers", "--data", GUIDE / "customers_create.json", *at, "--read-only").code


def test_history_tells_who_from_where_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
    at = ("--store", tmp_path / "book.db")
    body = tmp_path / "body.json"
    for name, extra in (("Widgets", ()), ("=cmd()", ("--as=cron", "--reason", "nightly"))):
        body.write_text(json.dumps({"name": name}))
        assert termsheet("api", "POST", "/v1/customers", "--data", body, *at, *extra).code == 0
    rows = json.loads(termsheet("history", *at, "--format", "json").out)
    assert [(row["customer"], row["who"] == "cron", row["reason"]) for row in rows] == [
        ("=cmd()", True, "nightly"),
        ("Widgets", False, None),
    ]
    assert "ssh 192.0.2.7" in rows[0]["source"] and "login" in rows[0]["source"]
    assert len(rows[0]["hash"]) == 64
    table = termsheet("history", *at, "--search", "created who:CRON").out
    assert "created the customer: =cmd()" in table and "nightly" in table and "Widgets" not in table
    sheet = list(csv.DictReader(io.StringIO(termsheet("history", *at, "--format", "csv", "--limit", "1").out)))
    assert [row["customer"] for row in sheet] == ["'=cmd()"]
    assert termsheet("history", *at, "--since", "2999-01-01").out == ""
    assert termsheet("history", *at, "--customer", "nobody").code == 1


def test_a_password_stays_out_of_what_is_shown(server: str) -> None:
    wrong = "postgresql://ann:hunter2@127.0.0.1:1/book"
    for command in (("db", "check"), ("export",), ("db", "upgrade"), ("api", "GET", "/v1/customers")):
        said = termsheet(*command, "--store", wrong)
        assert said.code and "hunter2" not in said.out + said.err


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("postgresql+psycopg://ann:hunter%402@h/db", "postgresql+psycopg://ann:***@h/db"),
        (
            "--store=postgresql://ann:p@h:5432/db?sslmode=require",
            "--store=postgresql://ann:***@h:5432/db?sslmode=require",
        ),
        ("postgresql://ann@h/db", "postgresql://ann@h/db"),
        ("sqlite:////a/b:c@d.db", "sqlite:////a/b:c@d.db"),
        ("/v1/customers", "/v1/customers"),
    ],
)
def test_a_password_is_taken_off_the_command_line(word: str, kept: str) -> None:
    assert without_passwords(["export", word]) == ["export", kept]


def test_grants_are_printed() -> None:
    said = termsheet("db", "grants", "--role", "viewer", "--name", "ann")
    assert said.code == 0 and 'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "ann";' in said.out
    assert termsheet("db", "grants", "--role", "king").code == 1
