"""Bundles whose statements were worked out by hand from the domain reference, against the program.

Each is rated twice: by the function and by the public command line, which must agree.
"""

from __future__ import annotations

import difflib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from console.cli import run
from store.bundle import parse_bundle
from store.preview import preview_bundle
from store.rating import report
from store.terms import document
from tests.store.conformance import dump, shorthand

_HERE = Path(__file__).parent


def _cases() -> list[Any]:
    found = []
    for path in sorted(_HERE.glob("*.yaml")):
        whole = document.read(path.read_bytes(), name=path.name, yaml=True)
        for case in whole["cases"]:
            laid = shorthand.merged(whole.get("base", {}), case)
            found.append(pytest.param(laid, id=f"{path.stem}: {case['name']}"))
    return found


@pytest.mark.parametrize("case", _cases())
def test_rated_as_by_hand(case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The function's and the command line's answer are the same, and the one worked out by hand."""
    text = document.write(shorthand.bundle(case))
    bundle = parse_bundle(document.read(text))
    got = report.as_json(preview_bundle(bundle), explain=False)
    file = tmp_path / "bundle.json"
    file.write_text(text, encoding="utf-8")
    capsys.readouterr()
    code = run(["preview", str(file), "--format", "json"])
    told = capsys.readouterr()
    assert code == 0, told.err
    _check(case, document.read(told.out))
    assert _bare(document.read(told.out)) == _bare(document.read(document.write(got)))


def _bare(preview: dict[str, Any]) -> dict[str, Any]:
    for statement in preview["statements"]:
        for line in statement["line_items"]:
            line.pop("explanation", None)
    return preview


def _check(case: dict[str, Any], got: dict[str, Any]) -> None:
    wanted: list[str] = []
    found: list[str] = []
    _statements(case, got, wanted, found)
    for name, amount in case.get("balances", {}).items():
        left = [b["balance"] for b in got["balances"] if b["id"] == name]
        wanted.append(f"balance {name} | = {amount}")
        found.append(f"balance {name} | = {dump.number(left[0]) if left else 'none'}")
    for name, entries in case.get("ledger", {}).items():
        ledger = [e for b in got["balances"] if b["id"] == name for e in b["ledger"]]
        wanted += sorted(f"ledger {name} | {_entry(e)}" for e in entries)
        found += sorted(
            f"ledger {name} | {dump.short(e['timestamp'])} {e['type']} | = {dump.number(e['amount'])}" for e in ledger
        )
    for name, entries in case.get("items", {}).items():
        made = [b["ledger"][0] for b in got["balances"] if b["name"] == name]
        wanted += [f"item {name} | {each.split()[0]} | = {each.split()[1]}" for each in entries]
        found += sorted(f"item {name} | {dump.short(e['timestamp'])} | = {dump.number(e['amount'])}" for e in made)
    for segment, amount in case.get("drawn", {}).items():
        taken = [
            e["amount"] for b in got["balances"] for e in b["ledger"] if e["segment_id"] == segment and e["amount"] < 0
        ]
        wanted.append(f"drawn {segment} | = {amount}")
        found.append(f"drawn {segment} | = {dump.number(sum(taken, Decimal(0)))}")
    if "unmatched" in case:
        wanted += [f"unmatched {each}" for each in sorted(case["unmatched"])]
        found += sorted(f"unmatched {each['reason']} {each['events']}" for each in got["unmatched"])
    if "tiers" in case:
        wanted += [f"tier {json.dumps(each)}" for each in case["tiers"]]
        tiers = [line["tier"] for s in got["statements"] for line in s["line_items"] if line["tier"]]
        found += [f"tier {json.dumps([str(t['level']), t['starting_at'], t['size']])}" for t in tiers]
    codes = {w["code"] for w in got["warnings"]}
    if case.get("warnings") == []:
        found += [f"warning {w['code']}: {w['message']}" for w in got["warnings"]]
    else:
        wanted += [f"warning {code}" for code in case.get("warnings", [])]
        found += [f"warning {code}" for code in case.get("warnings", []) if code in codes]
    shown = [w if k < len(found) and dump.alike(w, found[k]) else None for k, w in enumerate(wanted)]
    if len(wanted) != len(found) or None in shown:
        agreed = [
            found[k] if k < len(found) and dump.alike(w, found[k]) else w for k, w in enumerate(wanted)
        ]  # what agrees in value is shown alike, so that only differences show
        diff = "\n".join(difflib.unified_diff(agreed, found, "by hand", "program", lineterm="", n=99))
        pytest.fail(f"{case['name']} ({case.get('rule', '')})\n{diff}\nwarned: {sorted(codes)}", pytrace=False)
    for statement in got["statements"]:
        _adds_up(statement)
    if "sum" in case:
        kept = [s["total"] for s in got["statements"] if s["type"] not in case.get("ignore", [])]
        assert sum(kept, Decimal(0)) == case["sum"]


def _statements(case: dict[str, Any], got: dict[str, Any], wanted: list[str], found: list[str]) -> None:
    if "statements" not in case:
        return
    kept = [s for s in got["statements"] if s["type"] not in case.get("ignore", [])]
    if "only" in case:
        kept = [s for s in kept if dump.short(s["start_timestamp"]) == case["only"]]
    actual = [(dump.statement(s), s) for s in kept]
    for k, each in enumerate(case["statements"]):
        heading, lines = next(iter(each.items())) if isinstance(each, dict) else (each, None)
        heading, _, issued = heading.partition(" issued ")
        heading, _, status = heading.partition(" is ")
        wanted.append(heading)
        if k >= len(actual):
            continue
        (told, its), source = actual[k]
        told_more = f" issued {dump.short(source['issued_at'])}" if issued else ""
        told_more += f" is {source['status']}" if status else ""
        wanted[-1] += (f" issued {issued}" if issued else "") + (f" is {status}" if status else "")
        found.append(told + told_more)
        if lines is not None:
            ours = _matched(list(lines), its, ordered=bool(case.get("ordered")))
            wanted += [f"  {line}" for line in ours]
            found += [f"  {line}" for line in its]
    found += [told for (told, _), _ in actual[len(case["statements"]) :]]


def _matched(expected: list[str], got: list[str], *, ordered: bool) -> list[str]:
    """The expected lines in the order in which the program has them, where the case does not fix the order."""
    if ordered:
        return expected
    left, placed = list(expected), []
    for line in got:
        same = next((e for e in left if dump.alike(e, line)), None)
        if same is not None:
            left.remove(same)
            placed.append(same)
        else:
            placed.append("")
    if left and "" in placed:
        for k, slot in enumerate(placed):
            if slot == "" and left:
                placed[k] = left.pop(0)
    return [slot for slot in placed if slot] + left


def _entry(text: str) -> str:
    at, amount, kind = text.split()
    return f"{at} {kind} | = {dump.number(dump.value(amount))}"


def _adds_up(statement: dict[str, Any]) -> None:
    unit = statement["credit_type"]["id"]
    counted = sum(
        (
            line["total"]
            for line in statement["line_items"]
            if line["credit_type"]["id"] == unit
            and not (line["type"] == "applied_commit_or_credit" and _postpaid(line))
        ),
        Decimal(0),
    )
    assert counted == statement["total"], "the lines do not add up to the statement's total"


def _postpaid(line: dict[str, Any]) -> bool:
    return bool(line["applied_commit_or_credit"] and line["applied_commit_or_credit"]["type"] == "POSTPAID")
