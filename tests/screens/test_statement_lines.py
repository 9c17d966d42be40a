"""The statement's table, its explanation, and the words they use."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from screens.command import BACK
from screens.services import Services
from screens.statement import wording
from screens.statement.explanation import Explanation, plain
from screens.statement.lines import StatementTable, rows, tied
from screens.widgets.base import BaseScreen
from store.rating.statement import Statement
from tests.screens.reading import HOSTILE, assert_clean, console, screen_text, settle, tap
from tests.screens.statements import JANUARY, TIERED, covered, line, statement


class Reading(BaseScreen):
    """A statement with its explanation."""

    ACTIONS = (BACK,)

    def __init__(self, services: Services, shown: Statement | None) -> None:
        super().__init__(services)
        self.shown = shown
        self.highlighted: list[str | None] = []

    def body(self) -> Any:
        """Both."""
        yield StatementTable()
        yield Explanation()

    def on_mount(self) -> None:
        """Show it."""
        table = self.query_one(StatementTable)
        table.show(self.shown)
        table.focus_lines()

    def on_statement_table_line_highlighted(self, event: StatementTable.LineHighlighted) -> None:
        """Explain it."""
        self.highlighted.append(event.line.name if event.line else None)
        self.query_one(Explanation).explain(event.line)


def texts(shown: Statement, *, spacious: bool = True, zero: bool = True) -> list[str]:
    """The first cells of the rows."""
    return [str(row.cells[0]) for row in rows(shown, spacious=spacious, zero=zero)]


def test_what_a_balance_covers_paid_and_leaves_is_tied_together() -> None:
    assert texts(JANUARY) == [
        "╭ Cloud Compute · covered",
        "│   ↳ Contract Prepaid Commit applied",
        "╰ Cloud Compute · not covered",
        "  Support Tickets",
    ]


def test_tiers_of_one_product_are_tied_and_told_apart() -> None:
    found = [row.cells[1] for row in rows(TIERED, spacious=True)]
    assert [tie for _, _, tie in tied(TIERED)] == ["╭", "╰", " "]
    assert [cell.text for cell in found if not isinstance(cell, str)] == [
        "tier 1 up to 100", "tier 2, above 100", "region=EU",
    ]  # fmt: skip


def test_where_there_is_little_room_the_details_follow_the_name() -> None:
    assert texts(TIERED, spacious=False)[0] == "╭ Data Transfer · tier 1 up to 100"


def test_lines_of_zero_can_be_left_out() -> None:
    assert texts(JANUARY, zero=False)[-1] == "╰ Cloud Compute · not covered"


def test_a_window_is_named_where_it_is_not_the_whole_period() -> None:
    half = line("Cloud Compute", 5, starting_at=datetime(2025, 1, 16, tzinfo=UTC))
    assert list(wording.details(half, statement(half))) == ["2025-01-16 → 2025-02-01"]
    assert list(wording.details(JANUARY.lines[0], JANUARY)) == []


def test_what_a_postpaid_commit_counts_is_not_part_of_the_total() -> None:
    paid, applied = covered("Cloud Compute", 1900, "Annual Minimum", "POSTPAID")
    assert wording.total(applied) == "(−$19.00)"
    assert texts(statement(paid, applied))[0] == "╭ Cloud Compute · counted"
    assert "not in the total" in plain(applied)


def test_explanations_say_the_numbers_and_how_they_came_to_be() -> None:
    text = plain(JANUARY.lines[0]._replace(explanation=(("rate", "from 2024-01-01T00:00:00Z"),)))
    assert "= $2,970.00" in text
    assert "rate: from 2024-01-01" in text and "T00:00" not in text


@pytest.mark.parametrize(
    ("status", "shown"), [("DRAFT", "◌ draft"), ("FINALIZED", "● final"), ("VOID", "✗ void"), ("ODD", "odd")]
)
def test_a_status_is_a_glyph_and_a_word(status: str, shown: str) -> None:
    assert wording.state(status)[0] == shown


def test_a_whole_month_is_called_by_its_month() -> None:
    assert wording.short_period(JANUARY) == "2025-01"
    assert wording.short_period(statement(end=datetime(2025, 1, 9, tzinfo=UTC))) == "2025-01-01 → 2025-01-09"
    assert wording.short_period(statement(start=None, end=None)) == "2025-02-01"


async def test_the_cursor_explains_line_by_line(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Reading(services, JANUARY)
        await app.push_screen(screen)
        await settle(pilot)
        assert "Total  $830.00" in screen_text(app)
        await tap(pilot, "down", "down")
        assert screen.highlighted[-1] == "Cloud Compute"
        assert "436.842105… × $1.90 = $830.00" in screen_text(app)


async def test_hiding_zero_says_how_many(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Reading(services, JANUARY))
        app.screen.query_one(StatementTable).zero = False
        await settle(pilot)
        assert "1 line of zero hidden (z)" in screen_text(app)
        assert "Support Tickets" not in screen_text(app)


async def test_the_cursor_stays_on_its_line_from_one_statement_to_the_next(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Reading(services, JANUARY)
        await app.push_screen(screen)
        await pilot.press("end")
        screen.query_one(StatementTable).show(statement(line("New", 1), JANUARY.lines[3], total=1))
        await settle(pilot)
        found = screen.query_one(StatementTable).line
        assert found is not None and found.name == "Support Tickets"


async def test_nothing_shown_says_so(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Reading(services, None))
        await settle(pilot)
        assert "No statement is shown." in screen_text(app)
        assert "Total  $" not in screen_text(app)


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_are_shown_literally(services: Services, name: str) -> None:
    paid, applied = covered(name, 190, name, presentation_group_values={name: name}, explanation=((name, name),))
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Reading(services, statement(paid, applied, line("x", Decimal(1)))))  # type: ignore[arg-type]
        await settle(pilot)
        assert_clean(app)
