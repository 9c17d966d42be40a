"""Reading a screen as an operator does: its text, whether it is clean, whether everything is in view.

The only place in the tests that knows Textual's compositor.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from console.app import ConsoleApp
from screens.services import Services
from screens.widgets.line_list import LineList

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""The present of every screen test."""

SIZES = ((80, 24), (120, 40))
"""What every screen must be usable at."""

HOSTILE = (
    "Acme [EU]",
    "[/]",
    "[red]x[/]",
    "[@click=app.quit]x[/]",
    "[link=https://example.com]x[/link]",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGk=\x1b\\",
    "\x1b[2J\x1b[31mred",
    "\x9b31m",
    "a\u202egnp.exe",
    "zero\u200bwidth",
    "tag\U000e0041",
    "line\nbreak\ttab\rreturn",
    "\ud800",
    "株式会社" * 75,
    "👩‍👩‍👧",
    "back\\slash",
    ":smile:",
    "\U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd \u2764\ufe0f",
    "\u0301first" + "e" + "\u0301" * 99,
    "soft\xadhyphen \u3164\u115f\u2800 no\xa0break \u3000wide",
    "\x90q#0\x9c\x1b_apc\x1b\\\x1b]8;;https://e.example\x1b\\link",
)
"""Names that a hostile or careless system may send."""


def console(services: Services, **options: Any) -> ConsoleApp:
    """The console, for `run_test`."""
    return ConsoleApp(services, **options)


async def settle(pilot: Pilot[Any]) -> None:
    """Until every cursor has come to rest, every thread worker is done and everything is painted.

    Workers that wait for a dialog are left waiting; cursors are not waited for, they come to rest at once.
    """
    await pilot.pause()
    for cursor in pilot.app.screen.query(LineList):
        cursor.rest()
    await pilot.pause()
    while any(worker._thread_worker and not worker.is_finished for worker in pilot.app.workers):
        await pilot.pause(0.005)
    await pilot.pause()
    await pilot.pause()


async def tap(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, then wait until everything that they set going has settled."""
    await pilot.press(*keys)
    await settle(pilot)


def screen_text(app: App[Any]) -> str:
    """What is on the screen, line by line, without trailing blanks."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def assert_clean(app: App[Any]) -> None:
    """Nothing on the screen is something that a terminal obeys or cannot show."""
    for line in screen_text(app).split("\n"):
        bad = [c for c in line if not c.isprintable()]
        assert not bad, f"{bad!r} in {line!r}"


def assert_in_view(app: App[Any], *selectors: str) -> None:
    """Every widget that these select is wholly on the screen."""
    screen = app.screen.region
    for selector in selectors:
        for widget in app.screen.query(selector).results(Widget):
            if widget.display and widget.region.area:
                assert screen.contains_region(widget.region), f"{widget!r} at {widget.region} is outside {screen}"
