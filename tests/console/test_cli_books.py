"""Books in and out of a store by the command line: the demo, import, export, ingest, and the store's own commands."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.console.cli import termsheet

MAPS = "13117714-3f05-48e5-a6e9-a66093f13b4d"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store filled by `termsheet demo --no-console`."""
    folder = tmp_path_factory.mktemp("demo")
    outcome = termsheet("demo", "--keep", folder, "--no-console")
    assert outcome.code == 0, outcome.err
    return Path(outcome.out.strip())


def test_the_demo_says_where_its_store_is_and_fills_it_once(demo: Path) -> None:
    assert demo.is_file()
    again = termsheet("demo", "--keep", demo.parent, "--no-console")
    assert (again.code, again.out.strip()) == (0, str(demo))


def test_a_generated_book_comes_beside_the_demo(tmp_path: Path) -> None:
    place = termsheet("demo", "--keep", tmp_path, "--no-console", "--customers", 12, "--events", 300).out.strip()
    book = termsheet("export", "--store", place).json
    assert len(book["customers"]) == 5 + 12
    assert sum(e["customer_id"].startswith("gen-") for e in book["events"]) in range(290, 301)


def test_export_then_import_gives_an_equal_book(demo: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_text(termsheet("export", "--store", demo).out)
    other = tmp_path / "other.db"
    assert termsheet("import", book, "--store", other).code == 0
    assert termsheet("export", "--store", other).out == book.read_text()


def test_a_query_that_cannot_run_keeps_a_bundle_out(tmp_path: Path) -> None:
    queries = (
        "SELECT COUNT(*) FROM events",
        "SELECT SUM(region) FROM events",
        "SELECT COUNT(*) FROM events WHERE x = 1",
    )
    metrics = [{"id": MAPS[:-1] + str(k), "name": f"m{k}", "sql": sql} for k, sql in enumerate(queries)]
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"billable_metrics": metrics}), "utf-8")
    refused = termsheet("import", path, "--store", tmp_path / "book.db")
    assert (refused.code, refused.out) == (1, "")
    assert "/billable_metrics/1/sql: there is no column region" in refused.err
    assert "/billable_metrics/2/sql: there is no column x" in refused.err
    assert termsheet("export", "--store", tmp_path / "book.db").json == {}
    path.write_text(json.dumps({"billable_metrics": metrics[:1]}), "utf-8")
    assert termsheet("import", path, "--store", tmp_path / "book.db").code == 0


def test_one_customer_is_exported_with_what_it_needs_and_no_more(demo: Path) -> None:
    part = termsheet("export", "--customer", "maps-platform", "--store", demo).json
    assert [c["id"] for c in part["customers"]] == [MAPS]
    assert {c["customer_id"] for c in part["contracts"]} == {MAPS}
    assert {e["customer_id"] for e in part["events"]} <= {"maps-platform", MAPS}


def test_importing_the_same_customers_again_is_refused_whole(demo: Path, tmp_path: Path) -> None:
    before = termsheet("export", "--store", demo).out
    book = tmp_path / "book.json"
    book.write_text(before)
    again = termsheet("import", book, "--store", demo)
    assert again.code == 1
    assert again.err.count("\n") == 1
    assert termsheet("export", "--store", demo).out == before


def test_ingest_counts_accepted_duplicate_and_rejected(demo: Path, tmp_path: Path) -> None:
    event = {"customer_id": "blue-harbor", "event_type": "compute", "timestamp": "2025-02-01T00:00:00Z"}
    lines = [
        json.dumps(event | {"transaction_id": "one", "properties": {"hours": 1.10}}),
        json.dumps(event | {"transaction_id": "one"}),
        json.dumps(event | {"transaction_id": "two", "timestamp": "2025-02-01"}),
        "{broken",
    ]
    feed, rejects = tmp_path / "feed.jsonl.gz", tmp_path / "rejects.jsonl"
    feed.write_bytes(gzip.compress("\n".join(lines).encode()))
    outcome = termsheet("ingest", feed, "--rejects", rejects, "--store", demo)
    assert (outcome.code, outcome.out) == (0, "1 accepted, 1 duplicate, 2 rejected\n")
    told = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [t["line"] for t in told] == [3, 4]
    assert "timestamp" in told[0]["reason"]
    assert termsheet("ingest", feed, "--strict", "--store", demo).code == 1


def test_a_copy_made_while_in_use_can_be_put_back(demo: Path, tmp_path: Path) -> None:
    copy, back = tmp_path / "copy.db", tmp_path / "back" / "store.db"
    assert termsheet("db", "backup", copy, "--store", demo).code == 0
    assert termsheet("db", "backup", copy, "--store", demo).code == 1
    assert termsheet("db", "restore", copy, "--store", back).code == 0
    assert termsheet("db", "restore", copy, "--store", back).code == 1
    assert termsheet("db", "check", "--store", back).code == 0
    assert termsheet("export", "--store", back).out == termsheet("export", "--store", copy).out


def test_a_read_only_store_takes_no_writes_and_still_answers(demo: Path, tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    feed.write_text("{}")
    refused = termsheet("--read-only", "--store", demo, "import", feed)
    assert refused.code == 1
    assert "read-only" in refused.err
    assert termsheet("--read-only", "--store", demo, "export", "--customer", "blue-harbor").code == 0


def test_on_a_new_machine_the_store_is_made_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.paths.data_folder", lambda: tmp_path / "share" / "termsheet")
    monkeypatch.setattr("console.paths.settings_file", lambda: tmp_path / "none.toml")
    book = tmp_path / "book.json"
    book.write_text('{"customers": [{"id": "00000000-0000-4000-8000-000000000001", "name": "Acme"}]}')
    assert termsheet("import", book).code == 0
    assert [c["name"] for c in termsheet("export").json["customers"]] == ["Acme"]
    assert (tmp_path / "share" / "termsheet").stat().st_mode & 0o777 == 0o700
