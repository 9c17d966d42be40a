"""True-ups of postpaid commits, taken away over the API (README, §3, §4.13)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.api import answer
from store.bundle import export_bundle
from store.database import Actor, Store
from store.preview import Previews
from tests.store.sample import ACME, CARD, COMMIT, END, POSTPAID, START

NOW = datetime(2025, 2, 1, tzinfo=UTC)
BY = Actor("api", "api")
DISABLE = "/v1/contracts/commits/disableTrueup"


def asked(store: Store, path: str, **body: Any) -> tuple[int, Any]:
    """Status and body of the answer to a POST."""
    found = answer("POST", path, body, store=store, by=BY, now=NOW)
    return found.status, found.body


def true_ups(store: Store) -> list[Any]:
    """The true-ups that Acme is to be invoiced."""
    statements = Previews(store, lambda: NOW).current(ACME).statements
    return [s.total for s in statements for line in s.lines if line.postpaid_commit_id]


def test_a_true_up_is_taken_away_once(store: Store) -> None:
    terms = {"customer_id": ACME, "rate_card_id": CARD, "starting_at": START, "ending_before": END}
    _, made = asked(store, "/v1/contracts/create", **terms, commits=[COMMIT, POSTPAID])
    contract = made["data"]["id"]
    _, held = asked(store, "/v2/contracts/get", customer_id=ACME, contract_id=contract)
    prepaid, postpaid = (c["id"] for c in held["data"]["commits"])
    named = {"customer_id": ACME, "contract_id": contract}
    assert len(true_ups(store)) == 1
    status, refused = asked(store, DISABLE, **named, commit_id=prepaid)
    assert (status, refused["message"]) == (400, "/commit_id: is not a POSTPAID commit, so it has no true-up")
    assert asked(store, DISABLE, **named, commit_id=contract)[0] == 404
    assert asked(store, DISABLE, **named, commit_id=postpaid)[0] == 200
    assert true_ups(store) == []
    assert asked(store, DISABLE, **named, commit_id=postpaid)[0] == 400
    _, history = asked(store, "/v2/contracts/getEditHistory", **named)
    assert history["data"][-1]["disabled_true_up"] == {"commit_id": postpaid}
    (kept,) = export_bundle(store)["contracts"]
    assert [d["commit_id"] for d in kept["disabled_true_ups"]] == [postpaid]
