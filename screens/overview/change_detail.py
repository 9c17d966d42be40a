"""One change in full: who, when, and how things were before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.widgets.text_modal import as_shown

if TYPE_CHECKING:
    from store.done import Change


def change_text(change: Change) -> str:
    """The change as text to read and copy."""
    parts = [
        f"{change.at:%Y-%m-%d %H:%M:%S} UTC, {change.who} ({', '.join(filter(None, (change.origin, change.source)))})",
        f"{change.summary}",
        f"{change.entity.replace('_', ' ')} {change.entity_id}",
        *([f"Because: {change.reason}"] if change.reason else []),
    ]
    for title, value in (("Before", change.before), ("After", change.after)):
        parts += ["", f"{title}:", _json(value)]
    return "\n".join(parts)


def _json(value: Any) -> str:
    return "nothing" if value is None else as_shown(value)
