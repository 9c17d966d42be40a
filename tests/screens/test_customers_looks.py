"""How the customer list and its dialogs look: as text for reviewers' diffs, and two of them as pictures."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from screens.services import Services
from store.commands.customers import create_customer
from store.terms.customer import Customer
from tests.screens.reading import SIZES, console, settle
from tests.screens.snapshots import assert_as_before

NAMES = ("WidgetsExpress", "Acme [EU]", "Globex Corporation", "Müller & Söhne GmbH", "株式会社テスト")


@pytest.fixture
def services(services: Services) -> Services:
    """Five customers with ids of their own."""
    for n, name in enumerate(NAMES):
        with services.work() as work:
            aliases = tuple(f"alias-{n}-{k}" for k in range(n))
            identity = f"00000000-0000-4000-8000-00000000000{n}"
            create_customer(work, request=Customer(id=identity, name=name, ingest_aliases=aliases))
    return services


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "keys"),
    [("list", ()), ("search", ("slash", *"glo")), ("add", ("n",)), ("help", ("f1",)), ("palette", ("ctrl+p",))],
)
async def test_it_looks_as_it_did(services: Services, size: tuple[int, int], name: str, keys: tuple[str, ...]) -> None:
    app = console(services)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press(*keys)
        await pilot.pause(0.12)
        await settle(pilot)
        assert_as_before(app, f"customers_{name}_{size[0]}x{size[1]}")


async def wait(pilot: Pilot[Any]) -> None:
    """Everything is there."""
    await settle(pilot)


@pytest.mark.parametrize("theme", ["termsheet", "termsheet-contrast"])
def test_its_colours_are_as_they_were(services: Services, snap_compare: Any, theme: str) -> None:
    assert snap_compare(console(services, theme_name=theme), terminal_size=(80, 24), run_before=wait)
