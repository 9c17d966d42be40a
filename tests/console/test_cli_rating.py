"""Statements by the command line: bundles without a store, stored customers, what-ifs, and every refusal."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from store.terms import document
from tests.books import book
from tests.console.cli import Outcome, termsheet

WIDGETS = "cloud@widgetsexpress.com"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store."""
    return Path(termsheet("demo", "--keep", tmp_path_factory.mktemp("demo"), "--no-console").out.strip())


def bundle(folder: Path, name: str = "bundle.json", calls: int = 300) -> Path:
    """A bundle file: API calls at 7 cents."""
    story = book().sells("API calls", price=7).contract(start="2025-01-01").uses("API calls", calls, on="2025-01-10")
    path = folder / name
    path.write_text(document.write(story.payload))
    return path


def one_sentence(outcome: Outcome, *words: str, code: int = 1) -> None:
    """The command was refused in one line that holds these words, and said nothing on standard output."""
    assert (outcome.code, outcome.out) == (code, ""), outcome
    assert outcome.err.count("\n") == 1, outcome.err
    for word in words:
        assert word in outcome.err


def test_one_bundle_gives_an_object_and_several_a_list_in_their_order(tmp_path: Path) -> None:
    one, two = bundle(tmp_path), bundle(tmp_path, "two.json", calls=100)
    alone = termsheet("preview", one, "--format", "json").json
    assert [line["total"] for s in alone["statements"] for line in s["line_items"]] == [2100]
    both = termsheet("preview", two, one, "--format", "json").json
    assert [p["statements"][0]["total"] for p in both] == [700, 2100]


def test_an_empty_bundle_has_nothing_to_state() -> None:
    told = termsheet("preview", "-", "--format", "json", stdin="{}")
    assert (told.code, told.json) == (0, {"statements": [], "balances": [], "unmatched": [], "warnings": []})


def test_a_bundle_comes_from_standard_input_or_as_yaml(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    told = termsheet("preview", path, "--format", "json").out
    assert termsheet("preview", "-", "--format", "json", stdin=path.read_text()).out == told
    as_yaml = tmp_path / "bundle.yaml"
    as_yaml.write_text(path.read_text())
    assert termsheet("preview", as_yaml, "--format", "json").out == told


def test_previews_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bundle(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TERMSHEET_STORE", str(tmp_path / "store.db"))
    assert termsheet("preview", path).code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bundle.json"]


def test_the_table_has_the_figures_of_the_json(tmp_path: Path) -> None:
    text = termsheet("preview", bundle(tmp_path), "--explain").out
    assert "API calls" in text
    assert "$21.00" in text
    assert "metric" in text


def test_a_stored_customer_is_found_by_alias_and_a_period_by_any_of_its_days(demo: Path) -> None:
    whole = termsheet("statement", WIDGETS, "--store", demo, "--format", "json").json
    part = termsheet("statement", WIDGETS, "--store", demo, "--period", "2025-02-14", "--format", "json").json
    assert [(s["type"], s["start_timestamp"], s["issued_at"]) for s in part["statements"]] == [
        ("SCHEDULED", None, "2025-02-01T00:00:00Z"),
        ("USAGE", "2025-02-01T00:00:00Z", "2025-03-02T00:00:00Z"),
    ]
    assert [s for s in whole["statements"] if s in part["statements"]] == part["statements"]
    scheduled = [(s["issued_at"][:10], s["total"]) for s in whole["statements"] if s["type"] == "SCHEDULED"]
    assert scheduled == [
        ("2024-11-01", 1_100_000),
        ("2025-02-01", 100_000),
        ("2025-05-01", 100_000),
        ("2025-08-01", 100_000),
    ]


def test_what_a_balance_lost_is_what_the_lines_were_covered_with(demo: Path) -> None:
    whole = termsheet("statement", WIDGETS, "--store", demo, "--format", "json").json
    applied = sum(
        line["total"]
        for s in whole["statements"]
        for line in s["line_items"]
        if line["type"] == "applied_commit_or_credit"
    )
    drawn = sum(e["amount"] for b in whole["balances"] for e in b["ledger"] if e["type"].endswith("DEDUCTION"))
    assert applied == drawn < 0


def test_a_what_if_shows_before_and_after_and_stores_nothing(demo: Path, tmp_path: Path) -> None:
    amendment = tmp_path / "amendment.json"
    start = "2025-03-01T00:00:00Z"
    override = {
        "starting_at": start,
        "type": "MULTIPLIER",
        "multiplier": 2,
        "applicable_product_tags": ["collaboration"],
    }
    amendment.write_text(
        json.dumps(
            {"contract_id": "0a6180da-336a-40e6-98f4-20b6be08211d", "starting_at": start, "overrides": [override]}
        )
    )
    arguments = ("statement", WIDGETS, "--store", demo, "--period", "2025-03-05")
    before = termsheet(*arguments, "--format", "json").json
    told = termsheet(*arguments, "--what-if", amendment, "--format", "json").json
    assert told["before"] == before

    def users(preview: dict[str, Any]) -> Decimal:
        lines = [line for s in preview["statements"] for line in s["line_items"]]
        found: Decimal = next(line["total"] for line in lines if line["name"] == "Active Users")
        return found

    assert users(told["after"]) == 2 * users(before)
    assert termsheet(*arguments, "--format", "json").json == before
    text = termsheet(*arguments, "--what-if", amendment).out
    assert "Active Users" in text
    assert "→" in text


def test_months_ahead_are_projected_and_said_to_be(demo: Path) -> None:
    plain = termsheet("statement", WIDGETS, "--store", demo, "--format", "json").json
    ahead = termsheet("statement", WIDGETS, "--store", demo, "--format", "json", "--ahead", 2)
    assert "projected: average of the last 90 days" in ahead.err
    assert ahead.json["statements"][: len(plain["statements"])] == plain["statements"]
    assert [s["status"] for s in ahead.json["statements"][len(plain["statements"]) :]] == ["DRAFT"] * 2


def test_a_what_if_says_when_balances_run_out(demo: Path, tmp_path: Path) -> None:
    amendment = tmp_path / "amendment.json"
    segment = {"amount": 500, "starting_at": "2025-08-13T00:00:00Z", "ending_before": "2025-10-13T00:00:00Z"}
    credit = {"product_id": "7a0d0c70-0000-4000-8000-000000000009", "access_schedule": {"schedule_items": [segment]}}
    contract = {"contract_id": "6d8fab42-0000-4000-8000-000000000001", "starting_at": "2025-08-13T00:00:00Z"}
    amendment.write_text(json.dumps(contract | {"credits": [credit]}))
    arguments = ("statement", "tidewater", "--store", demo, "--what-if", amendment)
    (balance,) = termsheet(*arguments, "--format", "json").json["differences"]["balances"]
    assert balance["runs_out_before"] is None
    assert balance["runs_out_after"]["lapsed"] == 0
    assert balance["runs_out_after"]["day"].startswith("2025-08-")
    assert "used up 2025-08-" in termsheet(*arguments).out


def test_every_customer_of_a_period(demo: Path) -> None:
    told = termsheet("statements", "--period", "2025-09-15", "--store", demo, "--format", "json").json
    assert len({s["customer_id"] for s in told["statements"]}) == 4


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_customer_of_a_period_is_told_as_each_alone(demo: Path, jobs: int) -> None:
    asked = ("--period", "2025-09-15", "--store", demo, "--format")
    whole = termsheet("statements", "--jobs", jobs, *asked, "json")
    customers = sorted({s["customer_id"] for s in whole.json["statements"]})
    alone = [termsheet("statement", customer, *asked, "json").json for customer in customers]
    of_each = {k: [x for one in alone for x in one[k]] for k in alone[0]}
    of_all = {k: whole.json[k] for k in ("totals", "findings")}
    assert whole.out == document.write(of_each | of_all, indent=2) + "\n"
    rows = [termsheet("statement", customer, *asked, "csv").out.splitlines() for customer in customers]
    told = termsheet("statements", "--jobs", jobs, *asked, "csv").out.splitlines()
    assert told == [*rows[0][:1], *(row for one in rows for row in one[1:])]
    table = termsheet("statements", "--jobs", jobs, *asked, "table").out
    assert {table.count(f"contract {s['contract_id']}") for s in whole.json["statements"]} == {1}


def test_a_period_without_statements_is_said(demo: Path) -> None:
    asked = ("statements", "--period", "1999-01-01", "--store", demo, "--format")
    assert termsheet(*asked, "json").json["statements"] == []
    assert len(termsheet(*asked, "csv").out.splitlines()) == 1


def test_csv_is_a_table_with_exact_numbers(tmp_path: Path) -> None:
    lines = termsheet("preview", bundle(tmp_path), "--format", "csv").out.splitlines()
    header = lines[0].split(",")
    row = dict(zip(header, lines[1].split(","), strict=True))
    assert Decimal(row["total"]) == 2100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": ', ("line 1",)),
        ("[]", ("must be an object",)),
        ('{"contract": []}', ("/contract", "contracts")),
        ('{"customers": [{"id": "c", "name": 7}]}', ("/customers/0/name", "string")),
        ('{"customers": [{"name": "c"}]}', ("/customers/0/id", "required")),
        ('{"as_of": "2025-01-01T00:00:00"}', ("/as_of", "time zone")),
        ('{"as_of": NaN}', ("not a number",)),
        ('{"contracts": [{"id": "k", "customer_id": "c", "starting_at": "2025-01-01T00:30:00Z"}]}', ("on the hour",)),
        ('{"contracts": [{"id": "k", "customer_id": "c", "starting_at": "2025-01-01T00:00:00Z"}]}', ("c",)),
        ("[" * 100_000, ("nested",)),
        ("\ufeff{", ("JSON",)),
    ],
)
def test_a_bad_bundle_gets_one_sentence(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, "utf-8")
    one_sentence(termsheet("preview", path), *words)


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(b'{"name": "\xfc"}')
    one_sentence(termsheet("preview", path), "UTF-8")
    one_sentence(termsheet("preview", tmp_path / "none.json"), "No such file")
    one_sentence(termsheet("preview", tmp_path), "directory")


def test_wrong_usage_is_told_apart_from_refusal() -> None:
    for arguments in (["preview"], ["nonsense"], ["statement"], ["preview", "x", "--format", "xml"], ["--nope"]):
        one_sentence(termsheet(*arguments), "termsheet", code=2)


def test_unknown_customers_contracts_and_dates(demo: Path) -> None:
    one_sentence(termsheet("statement", "nobody", "--store", demo), "nobody")
    one_sentence(termsheet("statement", WIDGETS, "--contract", "x", "--store", demo), "x")
    one_sentence(termsheet("statement", WIDGETS, "--period", "soon", "--store", demo), "--period")


def test_stores_that_cannot_be_used(tmp_path: Path) -> None:
    none = tmp_path / "none.db"
    one_sentence(termsheet("export", "--store", none), "there is no store")
    assert not none.exists()
    (tmp_path / "text.db").write_text("this is no database, whatever its name says")
    one_sentence(termsheet("export", "--store", tmp_path / "text.db"), "not a database")
    one_sentence(termsheet("export", "--store", tmp_path), "folder")
    one_sentence(termsheet("export", "--store", "mysql://x/y"), "not a kind of store")


def test_a_store_of_a_newer_version_is_left_as_it_is(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    assert termsheet("db", "backup", path, "--store", demo).code == 0
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    one_sentence(termsheet("export", "--store", path), "newer")
    assert path.read_bytes() == before


def test_hostile_text_is_shown_literally(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    path.write_text(path.read_text().replace("API calls", "[red]x[/] \\u001b]0;owned\\u0007 \\u202e"))
    text = termsheet("preview", path).out
    assert "[red]x[/]" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_a_defect_is_one_line_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = "".join(["se", "cret"])
    nothing: dict[str, Any] = {}
    monkeypatch.setattr("store.preview.preview_bundle", lambda _: nothing[data])
    monkeypatch.setattr("console.paths.log_folder", lambda: tmp_path / "log")
    one_sentence(termsheet("preview", bundle(tmp_path)), "KeyError", "crash", code=70)
    (note,) = (tmp_path / "log").iterdir()
    assert "secret" not in note.read_text()
    assert note.stat().st_mode & 0o777 == 0o600
