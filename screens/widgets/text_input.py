"""One-line text entry: one row high, no blinking, nothing in it that a terminal obeys."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from screens import safe

LONGEST = 65_536
"""A paste that is longer is cut: no field of ours is."""


class TextInput(Input):
    """The stock input, compact: a key repaints one line. A blinking cursor would keep dead connections alive."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
    """How long the text is. The line keeps its width, so no letter lays the screen out anew, as the stock one's do."""

    DEFAULT_CSS = """
    TextInput.-textual-compact { background: $surface; width: 1fr; height: 1; }
    TextInput.-textual-compact:focus { background: $panel; background-tint: $foreground 0%; }
    TextInput > .input--placeholder { color: $text-disabled; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", max_length: int = LONGEST, **options: Any) -> None:
        super().__init__(
            value=value,
            placeholder=safe.literal(placeholder),
            max_length=max_length,
            compact=True,
            select_on_focus=options.pop("select_on_focus", False),
            **options,
        )
        self.cursor_blink = False
        self.styles.padding = (0, 1)  # the stock compact style insists on none

    @property
    def _value(self) -> Text:
        """The text with a stand-in for each character that is not seen; what is edited keeps it until it is deleted."""
        return Text(safe.marked(self.value), no_wrap=True, overflow="ignore", end="")

    def _on_paste(self, event: events.Paste) -> None:
        """The first line of what was pasted, without control characters."""
        line = next(iter(event.text.splitlines()), "")[:LONGEST]
        text = "".join(" " if safe.unseen(c) else c for c in line)
        self.replace(text, *self.selection)
        event.stop()
        event.prevent_default()
