"""The usage-filter timeline on the guide's customers, and how a change of filter is typed."""

from __future__ import annotations

import asyncio
from typing import Any

from screens.services import Services
from screens.timeline.lanes import Lanes
from screens.timeline.screen import TimelineScreen
from screens.widgets.text_pane import TextPane
from store.queries.book import customer_book
from store.terms.contract import UsageFilterUpdate
from tests.screens.demo_store import MERIDIAN
from tests.screens.reading import settle, tap


async def opened(pilot: Any, services: Services, customer: str = MERIDIAN) -> TimelineScreen:
    """The screen, with contracts and usage read."""
    screen = TimelineScreen(services, customer)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


async def rated(pilot: Any, screen: TimelineScreen) -> None:
    """Until the effect of the change that is typed is known."""
    async with asyncio.timeout(10):
        while screen.what_if is None:
            await pilot.pause(0.01)
    await settle(pilot)


async def change(pilot: Any, screen: TimelineScreen, contract: str, values: str, start: str) -> None:
    """Type a change (values one a line) and wait for its effect."""
    lanes = screen.query_one(Lanes)
    lanes.go_to(contract, screen.services.now())
    await tap(pilot, "n")
    form = screen.panel.form
    assert form is not None
    form.row("group_values").text = values
    form.row("starting_at").text = start
    screen.what_if = None
    form.post_message(form.Changed(form, "starting_at"))
    await rated(pilot, screen)


def said(screen: TimelineScreen) -> str:
    """What stands under the lanes, unwrapped."""
    return screen.query_one(TextPane).text.plain


def updates(services: Services, contract: str) -> tuple[UsageFilterUpdate, ...]:
    """What is stored of filter changes."""
    return customer_book(services.store(), MERIDIAN).contract[contract].usage_filter_updates


async def change_values(pilot: Any, screen: TimelineScreen, values: str) -> None:
    """Other values in the open form."""
    form = screen.panel.form
    assert form is not None
    screen.what_if = None
    form.row("group_values").text = values
    form.post_message(form.Changed(form, "group_values"))
    await rated(pilot, screen)
