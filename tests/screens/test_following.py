"""What others write appears by itself: the cursor stays with its row, a draft is not touched, silence costs nothing."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from console.api import answer
from screens import following
from screens.amendment.screen import AmendmentScreen
from screens.customers.screen import CustomersScreen
from screens.following import Following, News, follow
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.wizard import keeping, previewing
from store import drafts
from store.database import Actor, Store
from tests.screens.demo_store import MERIDIAN, TODAY, WIDGETS
from tests.screens.reading import console, screen_text, settle
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import GUIDE, opened

API = Actor("token sign-up", "api")


class Outside:
    """Somebody else at the same store: another connection, as the server has it."""

    def __init__(self, services: Services) -> None:
        self.store = Store.open(services.url.removeprefix("sqlite:///"))

    def post(self, path: str, body: Any) -> Any:
        found = answer("POST", path, body, store=self.store, by=API, now=TODAY)
        assert found.status == 200, found.body
        return found.body["data"]


@pytest.fixture
def outside(demo: Services) -> Any:
    """Somebody else."""
    found = Outside(demo)
    yield found
    found.store.close()


def following_of(services: Services) -> Following:
    """One that has looked once, and now knows where the store stands."""
    found = Following(services, lambda news: None)
    assert found.look() == frozenset()
    return found


async def caught_up(pilot: Pilot[Any], one: Following) -> News:
    """As the thread does every second."""
    news = one.look()
    if news:
        follow(pilot.app.screen_stack, news)
    await settle(pilot)
    return news


async def test_a_new_customer_appears_and_the_cursor_stays_with_its_row(demo: Services, outside: Outside) -> None:
    app = console(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        one = following_of(demo)
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        await press(pilot, "down", "down")
        assert screen.list.selected is not None
        chosen = screen.list.selected.key
        made = outside.post("/v1/customers", {"name": "AAA the first of all"})
        assert await caught_up(pilot, one) == {made["id"]}
        assert "AAA the first of all" in screen_text(app)
        assert screen.list.selected.key == chosen
        assert await caught_up(pilot, one) == frozenset(), "told once"


async def test_an_amendment_made_elsewhere_appears_on_the_overview(demo: Services, outside: Outside) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        one = following_of(demo)
        await app.push_screen(OverviewScreen(demo, WIDGETS))
        await settle(pilot)
        await press(pilot, "6", "down")
        (contract,) = (c.id for c in demo.previews().book(WIDGETS).contracts)
        body = {"customer_id": WIDGETS, "contract_id": contract, "update_contract_name": "Renamed through the API"}
        outside.post("/v2/contracts/edit", body)
        assert await caught_up(pilot, one) == {WIDGETS}
        assert "Renamed through the API" in screen_text(app)
        assert app.screen.pane(6).rows.has_focus  # type: ignore[attr-defined]


async def test_what_concerns_others_is_not_read(demo: Services, outside: Outside) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        one = following_of(demo)
        screen = OverviewScreen(demo, MERIDIAN)
        await app.push_screen(screen)
        await settle(pilot)
        facts = screen.facts
        outside.post("/v1/customers", {"name": "Somebody else"})
        await caught_up(pilot, one)
        assert screen.facts is facts
        outside.post("/v1/contract-pricing/rate-cards/create", {"name": "Shared"})
        assert await caught_up(pilot, one) == {None}
        assert screen.facts is not facts


async def test_a_draft_is_left_alone(demo: Services, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "PREVIEW_AFTER", 0.001)
    monkeypatch.setattr(keeping, "KEEP_AFTER", 3600.0)
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        one = following_of(demo)
        screen = await opened(pilot, demo)
        await press(pilot, "f4", "down", " typed so far")
        await rest(pilot)
        before, focus = dict(screen.draft), screen.focused
        outside.post("/v1/contracts/create", {"customer_id": WIDGETS, "starting_at": GUIDE["starting_at"]})
        await caught_up(pilot, one)
        await rest(pilot)
        assert (screen.draft, screen.focused) == (before, focus)
        assert "changed meanwhile" in screen_text(app)


async def test_an_open_amendment_is_rated_anew(demo: Services, outside: Outside) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        one = following_of(demo)
        (contract,) = (c.id for c in demo.previews().book(WIDGETS).contracts)
        screen = AmendmentScreen(demo, WIDGETS, contract)
        await app.push_screen(screen)
        await settle(pilot)
        await screen.fresh.wait()
        found, begun, typed = screen.what_if, dict(screen.begun), screen.form.state()
        body = {"customer_id": WIDGETS, "contract_id": contract, "update_contract_name": "Renamed through the API"}
        outside.post("/v2/contracts/edit", body)
        await caught_up(pilot, one)
        await screen.fresh.wait()
        await settle(pilot)
        assert "changed meanwhile" in screen_text(app)
        assert screen.what_if is not found
        assert (screen.begun, screen.form.state()) == (begun, typed), "so that saving still asks"


async def test_an_open_amendment_offers_what_was_put_up_for_sale_meanwhile(demo: Services, outside: Outside) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        one = following_of(demo)
        (contract,) = (c.id for c in demo.previews().book(WIDGETS).contracts)
        screen = AmendmentScreen(demo, WIDGETS, contract)
        await app.push_screen(screen)
        await settle(pilot)
        await screen.fresh.wait()
        typed, begun = screen.form.state(), dict(screen.begun)
        made = outside.post("/v1/contract-pricing/products/create", {"name": "Launch fee", "type": "FIXED"})["id"]
        body = {"customer_id": WIDGETS, "contract_id": contract, "update_contract_name": "New"}
        outside.post("/v2/contracts/edit", body)
        await caught_up(pilot, one)
        await rest(pilot)
        assert made in screen.pane.offering.book.product
        assert screen.known is not None and screen.known.names[contract] == "New"
        assert (screen.begun, screen.form.state()) == (begun, typed)


def test_drafts_and_silence_are_no_news(demo: Services) -> None:
    one = following_of(demo)
    draft = drafts.Draft("d", "ann", "contract", "Mine", {}, TODAY, WIDGETS)
    drafts.save(demo.store(), draft=draft)
    assert one.look() == frozenset()
    assert one.look() == frozenset()


def test_a_store_that_is_not_there_is_waited_for(services: Services) -> None:
    one = Following(services, lambda news: None)
    assert one.look() == frozenset()
    services.store().close()
    assert one.look() == frozenset()


def test_the_thread_tells_and_ends(demo: Services, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "EVERY", 0.01)
    told = Event()
    heard: list[News] = []

    def hear(news: News) -> None:
        heard.append(news)
        told.set()

    one = Following(demo, hear)
    one.look()
    one.start()
    outside.post("/v1/customers", {"name": "New"})
    assert told.wait(20)
    one.end()
    one.join(20)
    assert not one.is_alive()
    assert len(heard) == 1
