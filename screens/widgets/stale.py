"""A save that came too late: what others did meanwhile, beside the operator's own work, which can go on upon it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from screens.widgets.confirm import Confirm
from store.errors import Conflict

if TYPE_CHECKING:
    from screens.widgets.base import Commanded
    from store.queries import Change

SHOWN = 8
"""Changes told at most."""


def tell_stale(screen: Commanded[Any], error: Conflict) -> None:
    """Show what changed, by whom and when; offer to go on with the own work on top of it, where the screen can."""
    lines = [f"{error.problems[0].message}. Nothing of yours was saved, and nothing of it is lost.", ""]
    lines += [_told(change) for change in error.changes[:SHOWN]]
    if len(error.changes) > SHOWN:
        lines.append(f"and {len(error.changes) - SHOWN} more: F12 shows the history")
    dialog = Confirm(
        screen.services,
        title="Changed in the meantime",
        text="\n".join(lines),
        yes="Go on upon it",
        no="Leave as it is",
        danger=False,
    )
    screen.app.push_screen(dialog, partial(_answered, screen))


def _answered(screen: Commanded[Any], go_on: bool | None) -> None:
    if go_on:
        screen.rebase()


def _told(change: Change) -> str:
    before, after = (value if isinstance(value, dict) else {} for value in (change.before, change.after))
    differs = [key for key in after if key in before and before[key] != after[key]]
    how = "; ".join(f"{key.replace('_', ' ')}: {_short(before[key])} → {_short(after[key])}" for key in differs[:3])
    return f"{change.at:%Y-%m-%d %H:%M} UTC  {change.who} {change.summary}{' (' + how + ')' if how else ''}"


def _short(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
