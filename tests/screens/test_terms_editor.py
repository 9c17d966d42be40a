"""The editors of terms, with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from screens.services import Services
from screens.terms.editor import (
    SHAPES,
    CommitEditor,
    CreditEditor,
    OverrideEditor,
    ScheduledChargeEditor,
    TermEditor,
    UsageFilterEditor,
)
from screens.terms.pane import TermsPane
from screens.terms.shape import Payload
from screens.widgets.base import BaseScreen
from store.errors import Problem
from store.terms.base import parse
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text
from tests.screens.snapshots import assert_as_before
from tests.screens.terms_samples import CHARGES, OVERRIDES, SAMPLES, commit, offering
from tests.screens.typing_keys import press


async def opened(pilot: Pilot[Any], editor: TermEditor) -> list[Payload | None]:
    """The editor on the screen; what it returns goes into the list."""
    returned: list[Payload | None] = []
    await pilot.app.push_screen(PaneScreen(editor.services))
    pilot.app.push_screen(editor, returned.append)
    await pilot.pause()
    return returned


async def test_the_guides_commit_takes_a_few_keys(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, CommitEditor(services, offering()))
        await press(pilot, "down", "down", " Contract Prepaid Commit", "down", " 10k", "ctrl+s")
    assert made == [
        {
            "type": "PREPAID",
            "name": "Contract Prepaid Commit",
            "product_id": "a1f4e40b-f8c4-496b-b687-0a103396b479",
            "access_schedule": {
                "schedule_items": [
                    {
                        "amount": 1_000_000,
                        "starting_at": "2024-11-01T00:00:00Z",
                        "ending_before": "2025-11-01T00:00:00Z",
                    }
                ]
            },
            "invoice_schedule": {
                "schedule_items": [{"timestamp": "2024-11-01T00:00:00Z", "unit_price": 1_000_000, "quantity": 1}]
            },
        }
    ]


async def test_a_charge_defaults_to_the_contracts_year(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, ScheduledChargeEditor(services, offering()))
        await press(pilot, "down", " Platform Charge", "down", "down", " 1000")
        assert "4 in all, $4,000.00" in " ".join(screen_text(app).split())
        await press(pilot, "enter")
    assert made == [CHARGES[0]]


async def test_a_discount_is_typed_as_one(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, OverrideEditor(services, offering()))
        await press(pilot, "down", "space", " cloud", "enter", "down", "down", " 5%", "down", "e")
        assert "= ×0.95: 5 % off" in screen_text(app)
        await press(pilot, "ctrl+s")
    assert made == [OVERRIDES[0]]


async def test_all_problems_stand_under_their_fields_at_once(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, CreditEditor(services, offering()))
        await press(pilot, "down", "down", " much", "down", " 2026", "ctrl+s")
        text = screen_text(app)
        assert "✗ must be an amount such as 10,000.00" in text
        assert "✗ must be after starting_at" in text
        assert "2 things to put right: amount, usable until" in text
        assert "much" in text  # what was typed is never taken away
        assert made == []
        await press(pilot, "escape", "tab", "enter")
    assert made == [None]


async def test_typing_replaces_a_default(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, CreditEditor(services, offering()))
        await press(pilot, "down", "down", " 1", "down", " 2025-01-01", "ctrl+s")
    assert made[0] is not None
    assert made[0]["access_schedule"]["schedule_items"][0]["starting_at"] == "2025-01-01T00:00:00Z"


async def test_more_shows_the_rarer_fields(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = CommitEditor(services, offering())
        await opened(pilot, editor)
        assert "Rolls over" not in screen_text(app)
        editor.form.row("amount").editor.focus()
        await press(pilot, "f4")
        assert "Usable in" in screen_text(app)
        assert_in_view(app, "#dialog", "Press", "Effect")
        await press(pilot, "f4")
        assert "Usable in" not in screen_text(app)
        assert editor.form.row("amount").editor.has_focus


async def test_a_review_is_shown_where_it_belongs(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        said = [Problem("/invoice_schedule/schedule_items/0/unit_price", "looks like dollars")]
        editor = TermEditor(services, "commits", offering(), commit(), problems=said)
        await opened(pilot, editor)
        assert "✗ looks like dollars" in screen_text(app)
        assert editor.form.row("amount").editor.has_focus


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("kind", "payload"), SAMPLES[::3])
async def test_every_term_opens_whole_and_is_saved_as_it_was(
    services: Services, kind: str, payload: Payload, size: tuple[int, int]
) -> None:
    app = console(services)
    async with app.run_test(size=size) as pilot:
        made = await opened(pilot, TermEditor(services, kind, offering(), payload))
        assert_in_view(app, "#dialog", "Press", "Effect", "Notice")
        await press(pilot, "ctrl+s")
    model = SHAPES[kind].model
    assert made[0] is not None
    assert parse(model, made[0]) == parse(model, payload)


@pytest.mark.parametrize("kind", ["commits", "scheduled_charges", "overrides", "usage_filter"])
async def test_editors_look_as_before(services: Services, kind: str) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, TermEditor(services, kind, offering()))
        assert_as_before(app, f"term_{kind}")


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_are_shown_literally(services: Services, name: str) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, CommitEditor(services, offering(), commit(name=name, applicable_product_tags=[name])))
        assert_clean(app)


async def test_a_dated_filter_needs_its_date(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, UsageFilterEditor(services, offering(), dated=True))
        await press(pilot, " region", "down", " US, EU", "ctrl+s")
        assert made == []
        await press(pilot, " 2025", "ctrl+s")
    assert made == [{"group_key": "region", "group_values": ["US", "EU"], "starting_at": "2025-01-01T00:00:00Z"}]


class PaneScreen(BaseScreen):
    """A pane by itself."""

    ACTIONS = ()
    said: list[str]

    def __init__(self, services: Services, **terms: list[Payload]) -> None:
        super().__init__(services)
        self.given, self.said = terms, []

    def body(self) -> ComposeResult:
        """The pane."""
        yield TermsPane(self.services, ("commits", "overrides"), offering(), self.given)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.pane.rows.focus()

    def on_terms_pane_changed(self, event: TermsPane.Changed) -> None:
        """Keep what was done."""
        self.said.append(event.what)

    @property
    def pane(self) -> TermsPane:
        """The pane."""
        return self.query_one(TermsPane)


async def test_terms_are_added_edited_copied_removed_and_brought_back(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = PaneScreen(services)
        await app.push_screen(screen)
        assert "Nothing yet." in screen_text(app)
        await press(pilot, "c", "down", "down", " One", "down", " 1", "ctrl+s")
        await press(pilot, "enter", "down", "down", "end", " !", "ctrl+s")
        await press(pilot, "d", "down", "down", " Two", "ctrl+s")
        assert [c["name"] for c in screen.pane.terms["commits"]] == ["One!", "Two"]
        await press(pilot, "x", "x")
        assert not screen.pane.terms["commits"]
        await press(pilot, "u", "u", "u", "U")
        assert [c["name"] for c in screen.pane.terms["commits"]] == ["One!", "Two"]
        assert screen.said == [
            "added commit One",
            "changed commit One!",
            "added commit Two",
            "removed commit Two",
            "removed commit One!",
            "undone: removed commit One!",
            "undone: removed commit Two",
            "undone: added commit Two",
            "again: added commit Two",
        ]


async def test_a_term_with_a_problem_is_marked(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = PaneScreen(services, commits=[commit(name="One"), commit(name="Two")], overrides=[OVERRIDES[0]])
        await app.push_screen(screen)
        screen.pane.show_problems([Problem("/commits/1/priority", "is odd")])
        await pilot.pause()
        marked = [line for line in screen_text(app).split("\n") if "▲" in line]
        assert len(marked) == 1
        assert "Two" in marked[0]


async def test_leaving_asks_only_where_something_was_typed(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await opened(pilot, CommitEditor(services, offering()))
        await press(pilot, "escape")
        assert made == [None], "nothing was typed"
        made = await opened(pilot, CommitEditor(services, offering()))
        await press(pilot, "down", "down", " Mine", "escape")
        assert "Leave without saving?" in screen_text(app)
        await press(pilot, "escape")
        assert made == [] and "Mine" in screen_text(app)
        await press(pilot, "escape", "tab", "enter")
        assert made == [None]
