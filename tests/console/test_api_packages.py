"""Packages through the API: made, found, archived; contracts made from them show which one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.api import answer
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests.store.package_sample import TERMS
from tests.store.sample import ACME, document, uid

NOW = datetime(2025, 6, 1, tzinfo=UTC)
BY = Actor("api", "api")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The sample book."""
    opened = Store.open(str(tmp_path / "book.db"))
    with opened.work(by=BY, now=NOW) as work:
        import_bundle(work, parse_bundle(document(), stored=True))
    yield opened
    opened.close()


def sent(store: Store, path: str, body: Any, status: int = 200) -> Any:
    """What a request is answered with."""
    response = answer("POST", path, body, store=store, by=BY, now=NOW)
    assert response.status == status, response.body
    return response.body.get("data", response.body)


def test_a_contract_is_made_from_a_package(store: Store) -> None:
    made = sent(store, "/v1/packages/create", TERMS)["id"]
    body = {"customer_id": ACME, "starting_at": "2025-07-01T00:00:00Z", "package_alias": "starter"}
    contract = sent(store, "/v1/contracts/create", body)["id"]
    shown = sent(store, "/v1/contracts/get", {"customer_id": ACME, "contract_id": contract})
    assert shown["package_id"] == made
    assert shown["current"]["name"] == "Starter plan"
    segment = shown["current"]["commits"][0]["access_schedule"]["schedule_items"][2]
    assert (segment["starting_at"], segment["ending_before"]) == ("2025-09-01T00:00:00Z", "2025-10-01T00:00:00Z")
    (listed,) = sent(store, "/v1/packages/listContractsOnPackage", {"package_id": made})
    assert listed["contract_id"] == contract


def test_packages_are_listed_until_they_are_archived(store: Store) -> None:
    made = sent(store, "/v1/packages/create", TERMS)["id"]
    (shown,) = sent(store, "/v1/packages/list", None)
    assert shown == sent(store, "/v1/packages/get", {"package_id": made})
    assert shown["overrides"][0]["starting_at_offset"] == {"value": 0, "unit": "MONTHS"}
    sent(store, "/v1/packages/archive", {"package_id": made})
    assert sent(store, "/v1/packages/list", {}) == []
    assert len(sent(store, "/v1/packages/list", {"archive_filter": "ARCHIVED"})) == 1


def test_what_is_said_to_be_null_goes_without_saying(store: Store) -> None:
    nothing = dict.fromkeys(("usage_statement_schedule", "duration", "spend_threshold_configuration"))
    made = sent(store, "/v1/packages/create", {"name": "Bare", **nothing})["id"]
    shown = sent(store, "/v1/packages/get", {"package_id": made})
    assert shown["usage_statement_schedule"] == {"frequency": "MONTHLY", "day": "FIRST_OF_MONTH"}


def test_refusals_name_the_field(store: Store) -> None:
    assert sent(store, "/v1/packages/get", {"package_id": uid(99)}, 404) == {
        "message": f"/package_id: there is no package {uid(99)}"
    }
    sent(store, "/v1/packages/create", TERMS | {"uniqueness_key": "k"})
    again = sent(store, "/v1/packages/create", TERMS | {"uniqueness_key": "k"}, 409)
    assert again["message"].startswith("/uniqueness_key")
    assert (
        "/commits"
        in sent(
            store,
            "/v1/contracts/create",
            {"customer_id": ACME, "starting_at": "2025-07-01T00:00:00Z", "package_alias": "starter", "commits": []},
            400,
        )["message"]
    )
