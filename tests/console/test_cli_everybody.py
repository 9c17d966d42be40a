"""Every customer's statements: sums that add up, findings by customer, and runs that go on where they were stopped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from console.cli import journal
from store import batch
from store.batch import rate_many
from tests import postgres
from tests.console.cli import Outcome, termsheet
from tests.screens.demo_store import TODAY, filled

DAY = "2025-09-15"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo, and a folder of its own for work in progress."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for command in ("everybody", "rating"):
        monkeypatch.setattr(f"console.cli.{command}.now", lambda: TODAY)
    return filled(tmp_path / "demo.db")


def told(demo: Path, format: str, *more: object) -> Outcome:
    """Everybody's statements."""
    return termsheet("statements", "--period", DAY, "--store", demo, "--format", format, "--jobs", 1, *more)


def stopping_after(count: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From now on whoever rates many is interrupted after so many; a list that is told how many were asked for."""
    asked: list[int] = []

    def rated(store: Any, ids: Any, then: Any, **how: Any) -> Iterator[Any]:
        asked.append(0)
        for part in rate_many(store, ids, then, **how):
            if asked[-1] == count:
                raise KeyboardInterrupt
            asked[-1] += 1
            yield part

    monkeypatch.setattr(batch, "rate_many", rated)
    return asked


def test_totals_of_products_add_up_to_those_of_statements(demo: Path) -> None:
    found = told(demo, "json").json
    assert found["totals"]
    paid = sum(s["total"] for s in found["statements"] if s["type"] != "USAGE_CONSOLIDATED")
    assert sum(t["total"] for t in found["totals"]) == paid
    charged = [x for s in found["statements"] for x in s["line_items"] if x["type"] != "applied_commit_or_credit"]
    assert sum(t["charged"] for t in found["totals"]) == sum(x["total"] for x in charged)
    assert sum(t["covered"] for t in found["totals"]) == paid - sum(x["total"] for x in charged)
    assert all(t["total"] == t["charged"] + t["covered"] and t["customers"] >= 1 for t in found["totals"])


def test_findings_name_their_customer(demo: Path) -> None:
    found = told(demo, "json").json
    assert len(found["findings"]) == len(found["warnings"]) + len(found["unmatched"])
    for one in found["findings"]:
        alone = termsheet("statement", one["customer_id"], "--store", demo, "--format", "json").json
        said = [w["message"] for w in alone["warnings"]] + [u["message"] for u in alone["unmatched"]]
        assert one["message"] in said


def test_sums_stand_below_the_statements_and_beside_the_rows(demo: Path) -> None:
    table, csv = told(demo, "table"), told(demo, "csv")
    assert 0 < table.out.index("Total per product") < table.out.index("Findings")
    assert "to pay" in csv.err and "to pay" not in csv.out
    assert "no_contract: " in csv.err and "no_contract: " in table.out


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_a_run_that_was_stopped_goes_on_where_it_was(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(journal, "AT_ONCE", 1)
    whole = told(demo, format)
    kept = tmp_path / "state" / "termsheet" / "statements"
    assert list(kept.iterdir()) == [], "nothing is kept of a run that is through"
    assert kept.stat().st_mode & 0o777 == 0o700
    stopping_after(2, monkeypatch)
    stopped = told(demo, format)
    assert (stopped.code, stopped.err) == (130, "termsheet: interrupted\n")
    assert format == "table" or stopped.out == ""
    (path,) = kept.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("ab") as file:
        file.write(b'{"lists": {"te')  # a kill in the middle of a line
    monkeypatch.setattr("console.cli.everybody.now", lambda: TODAY + timedelta(hours=1))
    asked = stopping_after(1000, monkeypatch)
    again = told(demo, format)
    assert (again.code, again.out) == (0, whole.out)
    assert again.err.startswith("going on with the run of ") and "2 of 4 customers are done" in again.err
    assert asked == [2]
    assert list(kept.iterdir()) == []


def test_a_run_begins_anew_where_something_was_changed_or_that_is_asked_for(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "AT_ONCE", 1)
    feed = tmp_path / "feed.jsonl"
    event = {"transaction_id": "late", "customer_id": "tidewater", "event_type": "api_call"}
    feed.write_text(json.dumps(event | {"timestamp": "2025-09-15T12:00:00Z", "properties": {}}), "utf-8")

    def ingest() -> None:
        assert termsheet("ingest", feed, "--store", demo).code == 0

    def rename() -> None:
        ids = [s["customer_id"] for s in whole.json["statements"]]
        body = json.dumps({"name": "Another name"})
        renamed = termsheet(
            "--store", demo, "api", "POST", f"/v1/customers/{ids[0]}/setName", "--data", "-", stdin=body
        )
        assert renamed.code == 0

    def half_a_day() -> None:
        monkeypatch.setattr("console.cli.everybody.now", lambda: TODAY + journal.KEPT)

    whole = told(demo, "json")
    for change, more in ((lambda: None, ["--fresh"]), (ingest, []), (rename, []), (half_a_day, [])):
        with monkeypatch.context() as stopping:
            stopping_after(2, stopping)
            assert told(demo, "json").code == 130
        change()
        again = told(demo, "json", *more)
        assert (again.code, "going on" in again.err) == (0, False)


def test_two_at_the_same_run_do_not_disturb_each_other(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner: list[Outcome] = []

    def rated(store: Any, ids: Any, then: Any, **how: Any) -> Iterator[Any]:
        for part in rate_many(store, ids, then, **how):
            if not inner:
                inner.append(Outcome(0, "", ""))
                inner[0] = told(demo, "json")
            yield part

    alone = told(demo, "json")
    monkeypatch.setattr(batch, "rate_many", rated)
    assert told(demo, "json").out == alone.out == inner[0].out


def test_a_customer_who_cannot_be_previewed_is_a_finding_and_the_others_are_told(demo: Path) -> None:
    with sqlite3.connect(demo) as raw:  # a query that no gate would let through
        (id, terms) = raw.execute("SELECT id, terms FROM billable_metric WHERE name LIKE '%API%' LIMIT 1").fetchone()
        broken = json.loads(terms)
        broken = {"name": broken["name"], "sql": "SELECT count(*) AS value FROM nowhere"}
        raw.execute("UPDATE billable_metric SET terms = ? WHERE id = ?", (json.dumps(broken), id))
    told_of = told(demo, "json")
    assert told_of.code == 1
    assert "could not be previewed; the findings say why" in told_of.err
    missing = [one for one in told_of.json["findings"] if one["code"] == "not_previewed"]
    assert missing and all("there is no table nowhere" in one["message"] for one in missing)
    gone = {one["customer_id"] for one in missing}
    assert told_of.json["statements"]
    assert not gone & {s["customer_id"] for s in told_of.json["statements"]}
    assert sum((t["total"] for t in told_of.json["totals"]), Decimal(0)) == sum(
        s["total"] for s in told_of.json["statements"] if s["type"] != "USAGE_CONSOLIDATED"
    )


def test_usage_that_was_changed_by_hand_is_billed_to_nobody(demo: Path) -> None:
    path = max((demo.parent / "demo.db.usage").glob("*/*.parquet"), key=lambda each: each.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    refused = told(demo, "json")
    assert (refused.code, refused.out) == (1, "")
    assert f"a usage file is damaged: {path}" in refused.err


def test_a_host_without_the_files_totals_what_a_copy_holds(demo: Path, tmp_path: Path) -> None:
    expected = told(demo, "json").json
    with postgres.database() as url:
        nothing = tmp_path / "nothing.jsonl"
        nothing.write_text("", "utf-8")
        assert termsheet("ingest", nothing, "--store", demo, "--usage", url).code == 0
        (tmp_path / "demo.db.usage").rename(tmp_path / "elsewhere")
        found = told(demo, "json", "--usage", url)
    assert (found.code, found.err) == (0, "")
    assert found.json["totals"] == expected["totals"]
