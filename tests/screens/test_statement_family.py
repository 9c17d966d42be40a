"""Statements of parents and children: who pays, and whose lines a consolidated one repeats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.demo import book_text
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.statement.screen import StatementScreen
from store import bundle
from store.database import Actor, Store
from store.terms import document
from tests.screens.demo_store import BLUE_HARBOR, WIDGETS
from tests.screens.guide_store import NOW, WIDGETS_CONTRACT
from tests.screens.reading import SIZES, assert_in_view, console, screen_text, settle
from tests.screens.snapshots import assert_as_before
from tests.screens.typing_keys import press

CHILD = "0a6180da-0000-4000-8000-00000000000c"


@pytest.fixture
def related(tmp_path: Path) -> Iterator[Services]:
    """Blue Harbor's contract is a child of WidgetsExpress's, which pays for it and states it with its own."""
    book = document.read(book_text())
    parent = next(c for c in book["contracts"] if c["id"] == WIDGETS_CONTRACT)
    parent["hierarchy_configuration"] = {"parent_behavior": {"invoice_consolidation_type": "CONCATENATE"}}
    child: dict[str, Any] = {
        "id": CHILD, "customer_id": BLUE_HARBOR, "name": "Harbor side", "rate_card_id": book["rate_cards"][0]["id"],
        "starting_at": "2025-01-01T00:00:00Z", "hierarchy_configuration": {
            "parent": {"contract_id": WIDGETS_CONTRACT, "customer_id": WIDGETS}, "payer": "PARENT",
            "usage_statement_behavior": "CONSOLIDATE",
        },
    }  # fmt: skip
    events = [
        {"transaction_id": f"t{k}", "customer_id": customer, "event_type": "compute",
         "timestamp": "2025-02-10T12:00:00Z", "properties": {"hours": hours}}
        for k, (customer, hours) in enumerate(((WIDGETS, 100), (BLUE_HARBOR, 40)))
    ]  # fmt: skip
    book |= {"contracts": [*book["contracts"], child], "events": events}
    store = Store.open(str(tmp_path / "family.db"))
    with store.work(by=Actor("ann", "import"), now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(book, stored=True))
    store.close()
    made = Services(url=f"sqlite:///{tmp_path / 'family.db'}", operator="ann", label="family", clock=lambda: NOW)
    yield made
    made.close()


@pytest.mark.parametrize("size", SIZES)
async def test_a_consolidated_statement_says_whose_lines_it_repeats(related: Services, size: tuple[int, int]) -> None:
    app = console(related)
    async with app.run_test(size=size) as pilot:
        screen = StatementScreen(related, WIDGETS)
        await app.push_screen(screen)
        await settle(pilot)
        found = [row for row in screen.statements.list.rows if row.value.type == "USAGE_CONSOLIDATED"]
        february = next(row for row in found if row.value.start.month == 2)
        screen.statements.go(february.value.id)
        await press(pilot, "enter")
        await settle(pilot)
        lines = [(row.value.name, str(row.cells)) for row in screen.statements.table.lines.rows]
        told = [text for name, text in lines if name == "Cloud Compute" and "of Blue Harbor Analytics" in text]
        assert told and "Harbor side" in told[0]
        at = next(k for k, row in enumerate(screen.statements.table.lines.rows) if row.value.origin)
        await press(pilot, *["down"] * at)
        await settle(pilot)
        text = " ".join(screen_text(app).split())
        assert "from the statement of Blue Harbor Analytics, Harbor side" in text
        assert "onsolidated" in text
        assert_in_view(app, "StatementHead", "StatementFoot", "Explanation")
        assert_as_before(app, f"statement_family_{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES)
async def test_a_childs_statement_says_who_pays_it(related: Services, size: tuple[int, int]) -> None:
    app = console(related)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(StatementScreen(related, BLUE_HARBOR))
        await settle(pilot)
        assert "paid by WidgetsExpress" in screen_text(app)


async def test_the_overview_of_a_child_says_that_another_pays(related: Services) -> None:
    app = console(related)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(OverviewScreen(related, BLUE_HARBOR))
        await settle(pilot)
        assert "paid by" in screen_text(app)
