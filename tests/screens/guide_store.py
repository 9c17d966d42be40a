"""The guide's two customers as they stand before the guide's amendment and filter change, with a month of its usage."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.demo import book_text
from screens.services import Services
from store import bundle
from store.database import Actor, Store
from store.terms import document
from tests.screens.demo_store import MERIDIAN, WIDGETS

NOW = datetime(2025, 3, 10, 9, tzinfo=UTC)
WIDGETS_CONTRACT = "0a6180da-336a-40e6-98f4-20b6be08211d"
US, EU, APAC = (
    "d7abd0cd-4ae9-4db7-8676-e986a4ebd8dc",
    "d7abd0cd-0000-4000-8000-00000000000e",
    "d7abd0cd-0000-4000-8000-00000000000f",
)
CALLS = {"2024-12": {"US": 1000, "EU": 400, "APAC": 200}, "2025-01": {"US": 1100, "EU": 500, "APAC": 200}}


def guide(folder: Path, *, names: dict[str, str] | None = None, values: dict[str, str] | None = None) -> Services:
    """Services on a store of its own; `names` and `values` put hostile text where a contract's name or a region is."""
    book = json.loads(book_text())
    for contract in book["contracts"]:
        contract.pop("amendments", None)
        contract.pop("usage_filter_updates", None)
        if contract["id"] == EU:
            contract.pop("ending_before", None)
        contract["name"] = (names or {}).get(contract["id"], contract.get("name", "Contract"))
        regions = contract.get("usage_filter", {}).get("group_values", [])
        regions[:] = [(values or {}).get(v, v) for v in regions]
    book["events"] = list(_events(values or {}))
    opened = Store.open(str(folder / "guide.db"))
    with opened.work(by=Actor("ann", "import"), now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(document.read(json.dumps(book)), stored=True))
    opened.close()
    return Services(url=f"sqlite:///{folder / 'guide.db'}", operator="ann", label="guide", clock=lambda: NOW)


def _events(values: dict[str, str]) -> Any:
    hours = {"2024-11": 1200, "2024-12": 2500, "2025-01": 2000, "2025-02": 900}
    for month, amount in hours.items():
        yield _event(f"h{month}", WIDGETS, "compute", month, {"hours": amount})
    for k in range(40):
        yield _event(f"s{k}", WIDGETS, "support_ticket", "2024-11", {})
    for month, regions in CALLS.items():
        for region, calls in regions.items():
            told = {"calls": calls, "region": values.get(region, region)}
            yield _event(f"c{month}{region}", MERIDIAN, "api_call", month, told)
    yield _event("lost", MERIDIAN, "api_call", "2025-01", {"calls": 7, "region": values.get("LATAM", "LATAM")})


def _event(key: str, customer: str, kind: str, month: str, properties: dict[str, Any]) -> dict[str, Any]:
    when = f"{month}-10T12:00:00Z"
    return {
        "transaction_id": key, "customer_id": customer, "event_type": kind, "timestamp": when, "properties": properties,
    }  # fmt: skip
