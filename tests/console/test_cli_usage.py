"""The usage ledger by the command line: where its files are, what it says of itself, generated books, interruptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from console.cli.progress import progress_text
from tests.console.cli import termsheet


def test_progress_says_how_far_how_fast_and_how_long() -> None:
    assert progress_text(0, None, 0.0) == "0"
    assert progress_text(1200, None, 3.0) == "1,200  400/s"
    assert progress_text(1200, 6000, 3.0) == "1,200 of 6,000  400/s  0:13 left"
    assert progress_text(6000, 6000, 60.0) == "6,000 of 6,000  100/s"


def feed(path: Path, count: int = 3) -> Path:
    """A file of sound events and one that is none."""
    event = {"customer_id": "acme", "event_type": "call", "properties": {"n": 1.50}}
    sent = [event | {"transaction_id": f"t{k}", "timestamp": f"2025-0{1 + k % 2}-01T00:00:00Z"} for k in range(count)]
    path.write_text("".join(json.dumps(one) + "\n" for one in sent) + "no event\n", "utf-8")
    return path


def test_usage_lives_where_it_is_told(tmp_path: Path) -> None:
    book, folder = tmp_path / "book.db", tmp_path / "events"
    done = termsheet("ingest", feed(tmp_path / "a.jsonl"), "--store", book, "--usage", folder)
    assert (done.code, done.out) == (0, "3 accepted, 0 duplicate, 1 rejected\n")
    assert sorted(path.parent.name for path in folder.glob("*/*.parquet")) == ["2025-01", "2025-02"]
    assert len(termsheet("export", "--store", book, "--usage", folder).json["events"]) == 3
    assert len(termsheet("--usage", folder, "export", "--store", book).json["events"]) == 3
    elsewhere = termsheet("export", "--store", book)
    assert (elsewhere.code, elsewhere.out) == (1, "")
    assert "a usage file is missing" in elsewhere.err and "--usage" in elsewhere.err
    refused = termsheet("usage", "--store", book, "--usage", "s3://bucket")
    assert refused.code == 1 and "s3://bucket is neither a folder" in refused.err


def test_usage_tells_what_there_is(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    for _ in range(2):
        termsheet("ingest", feed(tmp_path / "a.jsonl"), "--store", book)
    told = termsheet("usage", "--store", book)
    assert (told.code, told.err) == (0, "")
    found = [line.split() for line in told.out.splitlines()]
    assert ["2025-01", "2", "2", "1"] in [words[:4] for words in found]
    assert ["Total", "3", "3", "2"] in [words[:4] for words in found]
    assert "3 events name 1 aliases that no customer has" in told.out
    assert "3 events are counted by no metric" in told.out
    machine = termsheet("usage", "--store", book, "--format", "json").json
    assert (machine["events"], machine["duplicates"], machine["files"]) == (3, 3, 2)
    assert machine["unknown_aliases"]["most_used"] == [{"name": "acme", "events": 3}]


def test_db_check_names_the_file_that_somebody_removed(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    termsheet("ingest", feed(tmp_path / "a.jsonl"), "--store", book)
    assert termsheet("db", "check", "--store", book).code == 0
    path = min((tmp_path / "book.db.usage").glob("*/*.parquet"))
    path.unlink()
    told = termsheet("db", "check", "--store", book)
    assert told.code == 1
    assert f"the usage file {path} is missing (2 events)" in told.err


def test_a_backup_has_the_events_and_brings_them_back(tmp_path: Path) -> None:
    book, kept, again = tmp_path / "book.db", tmp_path / "kept.db", tmp_path / "again.db"
    termsheet("ingest", feed(tmp_path / "a.jsonl"), "--store", book)
    assert termsheet("db", "backup", kept, "--store", book).code == 0
    termsheet("ingest", feed(tmp_path / "b.jsonl", 9), "--store", book)
    assert termsheet("db", "restore", kept, "--store", again).code == 0
    assert len(termsheet("export", "--store", again).json["events"]) == 3
    assert termsheet("db", "check", "--store", again).code == 0
    assert len(termsheet("export", "--store", book).json["events"]) == 9


def generated(folder: Path, *more: object) -> object:
    """The export of a small generated book."""
    made = termsheet("demo", "--keep", folder, "--no-console", "--customers", 9, "--events", 500, *more)
    assert made.code == 0, made.err
    book = termsheet("export", "--store", made.out.strip()).json
    return [book["customers"], [e for e in book["events"] if e["customer_id"].startswith("gen-")]]


def test_a_generated_book_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    first = generated(tmp_path / "a")
    assert generated(tmp_path / "b") == first
    assert generated(tmp_path / "c", "--seed", 8) != first


def test_an_interrupt_ends_it_with_one_word_and_what_was_taken_stays(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    with subprocess.Popen(
        [sys.executable, "-m", "console", "ingest", "-", "--store", str(book)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None and process.stderr is not None
        process.stdin.write(feed(tmp_path / "a.jsonl", 2000).read_bytes())  # more than a pipe holds: it is being read
        process.stdin.flush()
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr.read() == b"termsheet: interrupted\n"
    assert process.returncode == 130
    assert termsheet("db", "check", "--store", book).code == 0
    assert termsheet("ingest", tmp_path / "a.jsonl", "--store", book).out.startswith("2000 accepted")
