"""Money that would go missing or twice is told wherever a statement is seen: bundle, stored customer, what-if."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from store.preview import Previews
from store.rating.statement import Preview
from store.terms import document
from store.terms.proposal import read_proposal
from tests.books import BookStory, at, book, segment
from tests.store.stored_stories import stored, uid

NOW = datetime(2025, 3, 1, tzinfo=UTC)
BY = Actor("alice", "cli")


def story() -> BookStory:
    """Calls at 10 a piece in the EU, storage that nobody is entitled to, and usage of both, some of it in the US."""
    told = book().metric("Calls", groups=("region",)).product("Calls", pricing_group_key=["region"])
    told.rate("Calls", 10, pricing_group_values={"region": "eu"})
    told.metric("Storage", groups=("region",)).product("Storage").rate("Storage", 1, entitled=False)
    told.customer("acme").contract("main", usage_filter=region("eu"))
    told.uses("Calls", 5, on="2025-02-05", region="eu").uses("Calls", 7, on="2025-02-06", region="us")
    return told.uses("Storage", 3, on="2025-02-07", region="eu")


def region(*values: str) -> dict[str, Any]:
    """A filter on the region."""
    return {"group_key": "region", "group_values": list(values)}


def credit(amount: int, end: str) -> dict[str, Any]:
    """An amendment with a credit since January."""
    items = {"schedule_items": [segment(amount, "2025-01-01", end)]}
    return {"starting_at": at("2025-01-01"), "credits": [{"product_id": "fixed", "access_schedule": items}]}


CASES = [
    ("no_contract", "usage_filter_updates", region("eu", "ap") | {"starting_at": at("2025-02-01")}),
    ("overlapping_usage", "contracts", {"rate_card_id": "card", "starting_at": at("2025-01-01")}),
    ("unpriced", "usage_filter_updates", region("eu", "us") | {"starting_at": at("2025-02-01")}),
    ("not_entitled", "usage_filter_updates", region("eu") | {"starting_at": at("2025-02-01")}),
    ("expired_balance", "amendments", credit(5_000, "2025-02-20")),
    ("looks_like_dollars", "amendments", credit(10, "2026-01-01")),
]


def codes(preview: Preview) -> set[str]:
    """What a preview warns of, and why usage reaches no line."""
    return {w.code for w in preview.warnings} | {u.reason for u in preview.unmatched}


def changed(kind: str, change: dict[str, Any]) -> BookStory:
    """The story with a change made."""
    told = story()
    if kind == "contracts":
        return told.contract("second")
    told.payload["contracts"][0].setdefault(kind, []).append(change)
    return told


def previews(told: BookStory, folder: Path) -> tuple[Store, Previews]:
    """The story in a store, seen on 1 March."""
    folder.mkdir()
    store = Store.open(str(folder / "book.db"))
    with store.work(by=BY, now=NOW) as work:
        import_bundle(work, parse_bundle(document.read(document.write(stored(told)))))
    return store, Previews(store, lambda: NOW)


@pytest.mark.parametrize(("code", "kind", "change"), CASES, ids=[code for code, _, _ in CASES])
def test_it_is_told_in_a_bundle_a_statement_and_a_what_if(
    code: str, kind: str, change: dict[str, Any], tmp_path: Path
) -> None:
    assert code in codes(changed(kind, change).preview("2025-03-01")), "in a bundle"

    store, seen = previews(changed(kind, change), tmp_path / "after")
    assert code in codes(seen.current(uid("acme"))), "in a stored customer's statements"
    store.close()

    store, seen = previews(story(), tmp_path / "before")
    named = change if kind == "contracts" else change | {"contract_id": "main"}
    outcome = seen.what_if(uid("acme"), [read_proposal(with_stored_ids(named), uid("acme"))])
    assert outcome.refusal is None
    assert code in codes(outcome.after) | {f.code for f in outcome.findings}, "in a what-if"
    store.close()


def with_stored_ids(change: Any) -> Any:
    """The change with the ids that the store has."""
    if isinstance(change, dict):
        return {name: with_stored_ids(value) for name, value in change.items()}
    if isinstance(change, list):
        return [with_stored_ids(value) for value in change]
    return uid(change) if change in ("main", "card", "fixed") else change
