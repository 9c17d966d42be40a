"""Contracts as they were configured at an instant, and everything recorded for them (README, §3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.api import answer
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests.store.sample import ACME, CALLS, CARD, COMMIT, MULTIPLIER, START, WORK, document, uid

MADE = datetime(2025, 2, 1, tzinfo=UTC)
BY = Actor("api", "api")


class Past:
    """A contract made on 1 February, with one change each day after."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = MADE
        body = {"customer_id": ACME, "rate_card_id": CARD, "starting_at": START, "name": "First", "commits": [COMMIT]}
        self.id = self.sent("/v1/contracts/create", body)["id"]
        self.named = {"customer_id": ACME, "contract_id": self.id}
        self.next("/v1/contracts/amend", {"starting_at": START, "overrides": [MULTIPLIER]})
        self.next("/v1/contracts/setUsageFilter", {"group_key": "region", "group_values": ["EU"], "starting_at": START})
        self.next("/v2/contracts/edit", {"update_contract_name": "Second", "add_credits": [self.credit()]})
        self.next("/v1/contracts/updateEndDate", {"ending_before": "2026-06-01T00:00:00Z"})
        self.next("/v1/contracts/archive", {})

    def credit(self) -> dict[str, Any]:
        """A credit like the commit."""
        return {name: value for name, value in COMMIT.items() if name != "type"}

    def next(self, path: str, body: dict[str, Any]) -> None:
        """A change on the next day."""
        self.now += timedelta(days=1)
        self.sent(path, self.named | body)

    def sent(self, path: str, body: Any, status: int = 200) -> Any:
        """What a request is answered with."""
        response = answer("POST", path, body, store=self.store, by=BY, now=self.now)
        assert response.status == status, response.body
        return response.body.get("data", response.body)

    def on(self, day: int) -> dict[str, Any]:
        """The contract as it was at noon of a day of February."""
        found: dict[str, Any] = self.sent(
            "/v1/contracts/get", self.named | {"as_of_date": f"2025-02-{day:02}T12:00:00Z"}
        )
        return found


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """The contract with its past."""
    store = Store.open(str(tmp_path / "book.db"))
    with store.work(by=BY, now=MADE) as work:
        import_bundle(work, parse_bundle(document(contracts=[]), stored=True))
    yield Past(store)
    store.close()


def test_a_contract_is_shown_as_it_was_configured_then(past: Past) -> None:
    assert past.on(1)["amendments"] == [] and past.on(1)["current"]["overrides"] == []
    assert past.on(2)["current"]["overrides"][0]["product"]["id"] == CALLS
    assert [past.on(day)["current"]["name"] for day in (3, 4)] == ["First", "Second"]
    assert [past.on(day)["usage_filter"] is None for day in (2, 3)] == [True, False]
    assert [past.on(day)["current"]["ending_before"] for day in (4, 5)] == [None, "2026-06-01T00:00:00Z"]
    assert [past.on(day)["archived_at"] is None for day in (5, 6)] == [True, False]
    assert [past.on(day)["version"] for day in range(1, 7)] == [1, 2, 3, 4, 5, 6]


def test_the_list_is_as_it_was_then(past: Past) -> None:
    body = {"customer_id": ACME, "as_of_date": "2025-02-04T12:00:00Z"}
    (shown,) = past.sent("/v1/contracts/list", body)
    assert shown["current"]["name"] == "Second"
    assert past.sent("/v1/contracts/list", body | {"as_of_date": "2025-01-31T00:00:00Z"}) == []
    assert past.sent("/v1/contracts/list", {"customer_id": ACME}) == []  # archived by now


def test_services_are_invoiced_through_the_api(past: Past) -> None:
    service = {"product_id": WORK, "unit_price": 100, "quantity": 3, "max_amount": 300}
    body = {"customer_id": ACME, "rate_card_id": CARD, "starting_at": START, "professional_services": [service]}
    named = {"customer_id": ACME, "contract_id": past.sent("/v1/contracts/create", body)["id"]}
    (made,) = past.sent("/v1/contracts/get", named)["current"]["professional_services"]
    path = "/v1/contracts/scheduleProServicesInvoice"
    ask = named | {"issued_at": "2025-03-01T00:00:00Z"}
    lines = [{"professional_service_id": made["id"], "quantity": 2}]
    (invoice,) = past.sent(path, ask | {"line_items": lines})
    assert (invoice["type"], invoice["total"]) == ("SCHEDULED", 200)
    assert invoice["line_items"][0]["professional_service_id"] == made["id"]
    assert "$1.00 is left" in past.sent(path, ask | {"line_items": lines}, 400)["message"]
    (edit,) = past.sent("/v2/contracts/getEditHistory", named)
    assert edit["professional_service_invoice"]["line_items"] == lines


def test_every_change_is_told_in_order(past: Past) -> None:
    history = past.sent("/v2/contracts/getEditHistory", past.named)
    assert [edit["timestamp"][:10] for edit in history] == [f"2025-02-0{day}" for day in (2, 3, 4, 5)]
    assert [sorted(edit.keys() - {"id", "timestamp"}) for edit in history] == [
        ["add_overrides", "starting_at"],
        ["add_usage_filters"],
        ["add_credits", "update_contract_name"],
        ["update_contract_end_date"],
    ]
    assert history[2]["add_credits"][0]["id"]


def test_what_the_past_is_refused_for(past: Past) -> None:
    early = past.sent("/v1/contracts/get", past.named | {"as_of_date": "2025-01-01T00:00:00Z"}, 404)
    assert early["message"].startswith("/as_of_date: ")
    both = past.named | {"as_of_date": "2025-02-02T00:00:00Z", "include_ledgers": True}
    assert past.sent("/v1/contracts/get", both, 400)["message"] == (
        "/include_ledgers: cannot be combined with as_of_date"
    )
    unknown = past.sent("/v2/contracts/getEditHistory", past.named | {"contract_id": uid(99)}, 404)
    assert unknown["message"].startswith("/contract_id: ")
