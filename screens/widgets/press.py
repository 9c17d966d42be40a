"""A one-line button."""

from __future__ import annotations

from typing import Any

from textual.widgets import Button

from screens import safe


class Press(Button):
    """The stock button, one row high; its label may be data."""

    DEFAULT_CSS = """
    Press.-textual-compact {
        background: $panel; color: $foreground; text-style: none; height: 1; min-width: 10; padding: 0 1;
        &:hover { background: $panel; tint: $background 0%; }
        &.-primary { background: $secondary; color: #ffffff; text-style: bold; }
        &.-primary:hover { background: $secondary; }
        &.-error { background: $error; color: #ffffff; text-style: bold; }
        &.-error:hover { background: $error; }
        &:focus, &.-primary:focus, &.-error:focus {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold underline;
        }
    }
    """

    def __init__(self, label: str, *, kind: str = "default", **options: Any) -> None:
        """`kind`: default, primary (what the dialog is for) or error (destroys something)."""
        super().__init__(safe.label(label), variant=kind, compact=True, **options)  # type: ignore[arg-type]
        self.active_effect_duration = 0
