"""Manual ledger entries by the API, stored beside the contract's changes or the customer's balances (README, §2.22)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.api import answer
from store import queries
from store.bundle import export_bundle, import_bundle, parse_bundle
from store.database import Actor, Store
from tests.store.sample import ACME, CARD, COMMIT, START

NOW = datetime(2025, 2, 1, tzinfo=UTC)
BY = Actor("api", "api")
ADD = "/v1/contracts/addManualBalanceLedgerEntry"


def sent(store: Store, path: str, body: Any, status: int = 200) -> Any:
    """What a request is answered with."""
    response = answer("POST", path, body, store=store, by=BY, now=NOW)
    assert response.status == status, response.body
    return response.body.get("data", response.body)


def held(store: Store, balance_id: str) -> dict[str, Any]:
    """A balance with its ledger."""
    asked = {"customer_id": ACME, "id": balance_id, "include_contract_balances": True, "include_ledgers": True}
    (found,) = sent(store, "/v1/contracts/customerBalances/list", asked)
    return dict(found)


@pytest.mark.parametrize("of", ["contract", "customer"])
def test_an_entry_is_made_refused_listed_and_carried_in_bundles(store: Store, of: str) -> None:
    named: dict[str, Any] = {"customer_id": ACME}
    if of == "contract":
        body = {"customer_id": ACME, "rate_card_id": CARD, "starting_at": START, "commits": [COMMIT]}
        named["contract_id"] = sent(store, "/v1/contracts/create", body)["id"]
        made = queries.contract(store, named["contract_id"]).contract.commits[0].id
    else:
        credit = {name: value for name, value in COMMIT.items() if name not in ("type", "invoice_schedule")}
        made = sent(store, "/v1/contracts/customerCredits/create", credit | named | {"priority": 1})["id"]
    assert made is not None
    before = held(store, made)
    ask = named | {"id": made, "segment_id": before["ledger"][0]["segment_id"], "amount": -25, "reason": "moved"}

    assert sent(store, ADD, ask | {"id": "other"}, 404)["message"] == "/id: there is no commit or credit other"
    assert sent(store, ADD, ask | {"segment_id": "other"}, 404)["message"].startswith("/segment_id: ")
    assert sent(store, ADD, ask | {"amount": 0}, 400)["message"] == "/amount: must not be 0"
    assert sent(store, ADD, ask | {"reason": ""}, 400)["message"].startswith("/reason: ")

    assert sent(store, ADD, ask | {"uniqueness_key": "once"})["id"]
    again = sent(store, ADD, ask | {"uniqueness_key": "once"}, 409)["message"]
    assert again.startswith("/uniqueness_key: is already used by ")
    after = held(store, made)
    assert after["balance"] == before["balance"] - 25
    (entry,) = (e for e in after["ledger"] if e["type"].endswith("_MANUAL"))
    assert (entry["amount"], entry["reason"]) == (-25, "moved")

    bundle = export_bundle(store)
    (carried,) = bundle["contracts" if of == "contract" else "customers"][0]["ledger_entries"]
    assert (carried["balance_id"], carried["amount"]) == (made, -25)
    other = Store.open(store.url.replace("book.db", "copy.db"))
    with other.work(by=BY, now=NOW) as work:
        import_bundle(work, parse_bundle(bundle, stored=True))
    assert export_bundle(other) == bundle
    assert sent(other, ADD, ask | {"uniqueness_key": "once"}, 409)["message"].startswith("/uniqueness_key")
    other.close()
