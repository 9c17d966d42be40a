"""Forms: what is typed becomes a payload, what is wrong is told under its field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from textual.app import ComposeResult
from textual.pilot import Pilot

from screens.command import Command
from screens.services import Services
from screens.widgets.base import BaseScreen
from screens.widgets.field_row import FieldRow
from screens.widgets.fields import (
    ChoiceField,
    DateField,
    LinesField,
    ManyField,
    MoneyField,
    NumberField,
    PairsField,
    TextField,
)
from screens.widgets.form import Form
from store.errors import Problem
from tests.screens.reading import NOW, console, screen_text, settle, tap

TYPES = (("PREPAID", "Prepaid"), ("POSTPAID", "Postpaid"))
PRODUCTS = tuple((f"p{n}", f"Product {n} [EU]") for n in range(30))
FIELDS = (
    TextField(path="name", label="Name", required=True),
    MoneyField(path="amount", label="Amount"),
    NumberField(path="priority", label="Priority"),
    DateField(path="schedule/starting_at", label="Starts", clock=lambda: NOW),
    DateField(path="schedule/ending_before", label="Ends", end=True, clock=lambda: NOW),
    ChoiceField(path="type", label="Type", choices=TYPES),
    ChoiceField(path="product_id", label="Product", choices=PRODUCTS),
    ManyField(path="applicable_product_ids", label="Applies to", choices=PRODUCTS),
    LinesField(path="ingest_aliases", label="Aliases"),
    PairsField(path="custom_fields", label="Custom fields"),
)
PAYLOAD: dict[str, Any] = {
    "name": "Acme",
    "amount": Decimal(1_000_000),
    "priority": Decimal("1.5"),
    "schedule": {"starting_at": "2026-01-01T00:00:00Z", "ending_before": "2026-04-01T00:00:00Z"},
    "type": "PREPAID",
    "product_id": "p3",
    "applicable_product_ids": ["p1", "p2"],
    "ingest_aliases": ["a", "b c"],
    "custom_fields": {"crm": "A=1"},
}


class FormScreen(BaseScreen):
    """A form and what it said; `x` and `1` are commands of the screen."""

    ACTIONS = (Command("form.x", "x,1", "x", "X", "Count."),)

    def __init__(self, services: Services, values: dict[str, Any] | None = None) -> None:
        super().__init__(services)
        self.values = values
        self.changed: list[str] = []
        self.submitted = self.commanded = 0

    def action_x(self) -> None:
        """Count."""
        self.commanded += 1

    def body(self) -> ComposeResult:
        """The form."""
        yield Form(FIELDS, self.values)

    def on_form_changed(self, event: Form.Changed) -> None:
        """Remember."""
        self.changed.append(event.path)

    def on_form_submitted(self) -> None:
        """Remember."""
        self.submitted += 1


@asynccontextmanager
async def filling(
    services: Services, values: dict[str, Any] | None = None
) -> AsyncIterator[tuple[Pilot[Any], FormScreen, Form]]:
    """The console with the form open, until the block ends."""
    async with console(services).run_test(size=(80, 40)) as pilot:
        screen = FormScreen(services, values)
        await pilot.app.push_screen(screen)
        await settle(pilot)
        yield pilot, screen, screen.query_one(Form)


async def test_a_form_is_filled_in_by_keyboard_alone(services: Services) -> None:
    async with filling(services) as (pilot, screen, form):
        form.focus_first()
        await pilot.press(
            *"Acme", "down", *"10k", "tab", *"1.5", "tab", *"2026-01", "tab", *"2026-q1", "tab", "p", "tab"
        )
        await tap(pilot, "space")
        await tap(pilot, *"product 3 ", "enter")
        await tap(pilot, "tab", "enter")
        await tap(pilot, "down", "ctrl+o", "down", "ctrl+o", "enter")
        await pilot.press("tab", "a", "enter", "b", "space", "c", "tab", *"crm=A=1")
        assert form.payload() == PAYLOAD
        text = screen_text(pilot.app)
        assert "= $10,000.00 (1,000,000 ¢)" in text
        assert "= Thu 2026-01-01 00:00 UTC" in text
        assert "= until Wed 2026-04-01 00:00 UTC (not included)" in text
        assert "● Prepaid ○ Postpaid" in text
        assert "Product 3 [EU]" in text
        assert set(screen.changed) == {field.path for field in FIELDS}


async def test_a_payload_loads_and_comes_back_the_same(services: Services) -> None:
    async with filling(services, PAYLOAD) as (pilot, screen, form):
        assert form.payload() == PAYLOAD
        assert form.problems() == ()
        state = form.state()
        form.load({})
        assert form.payload() == {}
        form.restore(state)
        assert form.payload() == PAYLOAD
        await settle(pilot)
        assert screen.changed == [], "loading is not typing"


async def test_every_error_is_told_at_once_and_nothing_typed_is_lost(services: Services) -> None:
    async with filling(services) as (pilot, _screen, form):
        typed = {"amount": "ten", "schedule/starting_at": "soon", "custom_fields": "nothing"}
        form.restore(typed)
        assert {p.path for p in form.check()} == {"/name", "/amount", "/schedule/starting_at", "/custom_fields"}
        form.focus_first()
        await settle(pilot)
        text = screen_text(pilot.app)
        assert "✗ is required" in text
        assert "✗ must be an amount such as 10,000.00" in text
        assert "✗ must be a date such as" in text
        assert "must be key = value on every line" in text
        assert form.state() == typed
        assert pilot.app.focused is form.row("name").editor, "the cursor is in the first wrong field"


async def test_problems_of_the_validator_find_their_field(services: Services) -> None:
    async with filling(services) as (pilot, _screen, form):
        elsewhere = Problem("/commits/0/name", "is required")
        unclaimed = form.show(
            (
                Problem("/ingest_aliases/1", "is taken by [EU]"),
                Problem("/schedule/ending_before", "is too early"),
                elsewhere,
            )
        )
        await settle(pilot)
        assert unclaimed == (elsewhere,)
        text = screen_text(pilot.app)
        assert "✗ line 2: is taken by [EU]" in text
        assert "✗ is too early" in text
        form.row("ingest_aliases").editor.focus()
        await tap(pilot, "x")
        assert "is taken by" not in screen_text(pilot.app), "an error goes when its field changes"


async def test_enter_submits_and_controls_are_not_taken_in(services: Services) -> None:
    async with filling(services) as (pilot, screen, form):
        form.focus_first()
        await pilot.press("a", "enter")
        assert screen.submitted == 1
        from textual import events

        pilot.app.post_message(events.Paste("b\x1b[31mc\nsecond line"))
        await settle(pilot)
        assert form.payload()["name"] == "ab [31mc"
        lines = form.row("ingest_aliases").editor
        lines.focus()
        pilot.app.post_message(events.Paste("one\r\nt\x1bwo\n"))
        await settle(pilot)
        assert form.payload()["ingest_aliases"] == ["one", "two"]


async def test_what_is_typed_on_a_choice_searches_its_list_and_is_no_command(services: Services) -> None:
    async with filling(services) as (pilot, screen, form):
        form.row("product_id").editor.focus()
        await tap(pilot, *"19", "enter")
        assert form.payload() == {"product_id": "p19"}
        form.row("type").editor.focus()
        await tap(pilot, "x", "1", "P")
        assert form.payload() == {"product_id": "p19", "type": "PREPAID"}
        assert screen.commanded == 0


async def test_the_label_of_the_field_with_the_focus_stands_out(services: Services) -> None:
    async with filling(services) as (pilot, _screen, form):
        for path in ("name", "type", "product_id", "ingest_aliases"):
            form.row(path).editor.focus()
            await pilot.pause()
            bold = [row.field.path for row in form.query(FieldRow) if row.query_one(".label").styles.text_style.bold]
            assert bold == [path]
